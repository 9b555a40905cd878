import type { Place } from "../domain/model.ts";
import { Policy } from "../domain/policy.ts";
import { tenantKey } from "../domain/stored-records.ts";
import type { CoreServices } from "../ports/services.ts";

/** What holds in a place: its tenant's choice, else the installation's. */
export async function policyAt(
  { tenants, policy }: Pick<CoreServices, "tenants" | "policy">,
  place: Pick<Place, "platform" | "tenant">,
): Promise<Policy> {
  return Policy.parse({ ...policy, ...(await tenants.get(tenantKey(place)))?.policy });
}
