/** A Discord on this machine: what a test starts, whom it lets speak, and what they see. */

export { type Clock, systemClock } from "../kit/clock.ts";
export { type Fault, type FaultPlan, Faults, type PlannedFault } from "../kit/faults.ts";
export type { Journal, JournalEntry } from "../kit/journal.ts";
export type { Persistence } from "../kit/persistence.ts";
export { DidNotRespond, type InteractionView } from "./interactions/interaction-view.ts";
export type { ModalView } from "./interactions/modal-view.ts";
export { NotPossible } from "./people/commands.ts";
export type { DiscordPerson } from "./people/person.ts";
export type { AuthorView, ChannelView, MessageView } from "./people/views.ts";
export { DiscordApiError } from "./rest/api-error.ts";
export { WEBHOOKS_OF_A_CHANNEL } from "./rest/rate-limits.ts";
export { type DiscordEmulator, type DiscordEmulatorOptions, startDiscordEmulator } from "./server.ts";
export type { ChannelReaders } from "./world/channel-readers.ts";
export type { WorldEvent } from "./world/world.ts";
