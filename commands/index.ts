import type { Command, Menu } from "../src/core/commands/declaration.ts";
import { commandLine } from "../src/core/domain/command-lines.ts";
import { sentences } from "../src/sentences/sentences.ts";
import { admin } from "./admin.ts";
import { chat } from "./chat.ts";
import { conversation } from "./conversation.ts";
import { help } from "./help.ts";
import { memory } from "./memory.ts";
import { persona } from "./persona.ts";

/** Everything people can type. A new command is a file beside these and a line here. */
export const commands: readonly Command[] = [chat, persona, memory, conversation, admin, help];

/** What a message's own menu offers. */
export const menus: readonly Menu[] = [
  {
    label: sentences.commands.menus.remember,
    command: commandLine.memoryRemember(),
    textOption: "text",
    authorOption: "said_by",
    authorIdOption: "said_by_id",
    outsiderOption: "by_outsider",
  },
  {
    label: sentences.commands.menus.ask,
    command: commandLine.chat({}),
    textOption: "about",
    authorOption: "said_by",
    outsiderOption: "by_outsider",
  },
];
