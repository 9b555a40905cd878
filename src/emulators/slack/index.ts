/** A Slack on this machine: what a test starts, whom it lets speak, and what they see. */

export { type Clock, systemClock } from "../kit/clock.ts";
export { type Fault, type FaultPlan, Faults, type PlannedFault } from "../kit/faults.ts";
export type { Journal, JournalEntry } from "../kit/journal.ts";
export type { Persistence } from "../kit/persistence.ts";
export { NotPossible, SlackApiError } from "./http/api-error.ts";
export { DidNotRespond, type InteractionView } from "./interactions/interaction-view.ts";
export type { SlackPerson } from "./people/person.ts";
export type { ChannelView, MessageView, SurfaceView } from "./people/views.ts";
export { type SlackEmulator, type SlackEmulatorOptions, startSlackEmulator } from "./server.ts";
export type { SlackWorkspace } from "./world/workspace-view.ts";
export type { WorldEvent } from "./world/world.ts";
