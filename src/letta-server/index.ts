/** A server of Letta's API on this machine, and the models that answer in it. */

export { type Clock, systemClock } from "../emulators/kit/clock.ts";
export type { Database } from "../emulators/kit/database.ts";
export type { Fault, FaultPlan, Faults, PlannedFault } from "../emulators/kit/faults.ts";
export type { Journal, JournalEntry } from "../emulators/kit/journal.ts";
export { turnOf, utterance } from "./model/heard-turn.ts";
export {
  type Model,
  type ModelDelta,
  ModelFailure,
  type ModelMessage,
  type ModelRequest,
} from "./model/model.ts";
export { openAiModel } from "./model/openai.ts";
export { scriptedModel } from "./model/scripted.ts";
export { offlineModel } from "./offline/offline-model.ts";
export { type LettaServer, type LettaServerOptions, startLettaServer } from "./server.ts";
export { type ConnectionPool, poolDatabase } from "./store/pool-database.ts";
