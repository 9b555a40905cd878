import { z } from "zod";
import { sentences } from "../../sentences/sentences.ts";
import type { RequestName } from "../protocol/requests.ts";
import { Unfit } from "./refusals.ts";

type Asking = { readonly as: string };

/** What people can do in a world, each under the name of its request. */
export class PersonActions<Doer> {
  readonly #find: (name: string) => Doer | undefined;
  readonly #all = new Map<string, (json: unknown) => Promise<unknown>>();

  constructor(find: (name: string) => Doer | undefined) {
    this.#find = find;
  }

  add<Asked extends Asking>(
    name: RequestName,
    request: z.ZodType<Asked>,
    deed: (person: Doer, asked: Asked) => Promise<unknown>,
  ): void {
    this.#all.set(name, async (json) => {
      const parsed = request.safeParse(json);
      if (!parsed.success) throw new Unfit(400, z.prettifyError(parsed.error));
      const person = this.#find(parsed.data.as);
      if (person === undefined) throw new Unfit(404, sentences.playground.page.nobodyCalled(parsed.data.as));
      return await deed(person, parsed.data);
    });
  }

  /** @throws {Unfit} for what nobody can do here, or what is asked in the wrong shape */
  async carryOut(name: string, json: unknown): Promise<unknown> {
    const deed = this.#all.get(name);
    if (!deed) throw new Unfit(404, sentences.playground.page.nothingHere);
    return await deed(json);
  }
}
