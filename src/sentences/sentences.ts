import { access } from "./english/core/access.ts";
import { agentInput } from "./english/core/agent-input.ts";
import { inbox } from "./english/core/inbox.ts";
import { turn } from "./english/core/turn.ts";

const english = { access, agentInput, inbox, turn };

/** Everything that Rapport says to people. Another language is another object of this type. */
export type Sentences = typeof english;

/** What people read, by what it is about. Nothing of it stands anywhere else: `test/sentences.test.ts`. */
export const sentences: Sentences = english;
