import type { Config } from "../config/config.ts";
import type { Logger } from "../core/ports/logger.ts";
import { checkModelEndpoint } from "./model-endpoint.ts";

/** A model that is not there yet may come; who talks to it meanwhile should know. */
export async function checkModel({ endpoint }: Config, log: Logger): Promise<void> {
  for await (const { state, text } of checkModelEndpoint(endpoint)) {
    if (state === "error" || state === "warning") log.warn({ model: text }, "the model may not answer");
  }
}
