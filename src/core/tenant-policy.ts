import { tenantKey } from "./bindings.ts";
import type { Place } from "./model.ts";
import type { CoreServices } from "./parts.ts";
import { Policy } from "./policy.ts";

/** What holds in a place: its tenant's choice, else the installation's. */
export async function policyAt(
  { tenants, policy }: Pick<CoreServices, "tenants" | "policy">,
  place: Pick<Place, "platform" | "tenant">,
): Promise<Policy> {
  return Policy.parse({ ...policy, ...(await tenants.get(tenantKey(place)))?.policy });
}
