import {
  DidNotRespond,
  type DiscordEmulator,
  type DiscordPerson,
  type InteractionView,
  type ModalView,
} from "@rapport/discord-emulator";
import type { z } from "zod";
import { sentences } from "../../sentences/sentences.ts";
import { readComponents } from "../protocol/discord-components.ts";
import type { Outcome } from "../protocol/protocol.ts";
import { type RequestName, requests } from "../protocol/requests.ts";
import { PersonActions } from "../server/person-actions.ts";
import { changeReaders } from "./readers.ts";

type Body<Name extends RequestName> = z.output<(typeof requests)[Name]>;

/** What people do in Discord. */
export function discordActions(
  discord: DiscordEmulator,
  find: (name: string) => DiscordPerson | undefined,
): PersonActions<DiscordPerson> {
  const modals = new OpenModals();
  const deeds = new PersonActions(find);
  const { say, edit, react, typing, thread, dm, suggest, slash, click, choose, menu, submit } = requests;
  deeds.add("say", say, sayIt);
  deeds.add("edit", edit, (person, { messageId, text }) => person.edit(messageId, text));
  deeds.add("delete", requests.delete, (person, { messageId }) => person.delete(messageId));
  deeds.add("react", react, reactOrNot);
  deeds.add("typing", typing, (person, { placeId }) => person.startsTyping(placeId));
  deeds.add("thread", thread, (person, asked) => startThread(discord, person, asked));
  deeds.add("readers", requests.readers, (person, asked) => changeReaders(discord, person, asked));
  deeds.add("role", requests.role, async (person, { name }) => ({
    roleId: person.settings.createRole(name),
  }));
  deeds.add("dm", dm, async (person) => ({ placeId: (await person.openDm()).id }));
  deeds.add("suggest", suggest, (person, { placeId, command, subcommand, option, typed, others }) =>
    person.autocomplete(placeId, command, subcommand, option, typed, others),
  );
  deeds.add("slash", slash, (person, { placeId, command, options, subcommand }) =>
    modals.outcomeOf(person.slash(placeId, command, options, subcommand), commandUnanswered),
  );
  deeds.add("click", click, (person, { messageId, customId }) =>
    modals.outcomeOf(person.click(messageId, customId), interactionFailed),
  );
  deeds.add("choose", choose, (person, { messageId, customId, values }) =>
    modals.outcomeOf(person.select(messageId, customId, values), interactionFailed),
  );
  deeds.add("menu", menu, (person, { messageId, command }) =>
    modals.outcomeOf(person.contextMenu(messageId, command), commandUnanswered),
  );
  deeds.add("submit", submit, (person, asked) => modals.submit(person, asked));
  return deeds;
}

const KEPT_MODALS = 200;
const { commandUnanswered, interactionFailed, submitFailed, formGone } = sentences.playground.discord;

async function sayIt(person: DiscordPerson, { placeId, text, replyTo, files }: Body<"say">): Promise<void> {
  const attachments = files.map(({ name, contentType, base64 }) => ({
    name,
    contentType,
    data: Buffer.from(base64, "base64"),
  }));
  await person.say(placeId, text, { attachments, ...(replyTo && { replyTo }) });
}

/** A private one would be one without the bot: it is let in, and can be removed like everybody. */
async function startThread(
  discord: DiscordEmulator,
  person: DiscordPerson,
  { placeId, messageId, name, private: isPrivate }: Body<"thread">,
): Promise<{ readonly placeId: string }> {
  const { id } = await person.startThread(placeId, name, { isPrivate, ...(messageId && { messageId }) });
  if (isPrivate) await person.letIn(id, discord.botUserId);
  return { placeId: id };
}

/** A second time takes it back. */
async function reactOrNot(person: DiscordPerson, { messageId, emoji }: Body<"react">): Promise<void> {
  const given = person.message(messageId)?.reactions.find((reaction) => reaction.emoji === emoji);
  if (given?.userIds.includes(person.id)) await person.unreact(messageId, emoji);
  else await person.react(messageId, emoji);
}

/** The forms that interactions have opened, for as long as somebody may still send them. */
class OpenModals {
  readonly #open = new Map<string, ModalView>();

  /** What came of an interaction. An answer that comes later is a message, and needs no words here. */
  async outcomeOf(begun: Promise<InteractionView>, whenLate: string): Promise<Outcome> {
    try {
      const { modal } = await begun;
      return modal ? this.#opened(modal) : { type: "done" };
    } catch (error) {
      if (!(error instanceof DidNotRespond)) throw error;
      return { type: "failed", reason: whenLate };
    }
  }

  async submit(person: DiscordPerson, { modalId, values }: Body<"submit">): Promise<Outcome> {
    const modal = this.#open.get(modalId);
    if (!modal) return { type: "failed", reason: formGone };
    const texts = Object.entries(values).map(([name, value]) => [
      name,
      typeof value === "boolean" ? String(value) : value,
    ]);
    return await this.outcomeOf(person.submit(modal, Object.fromEntries(texts)), submitFailed);
  }

  #opened(modal: ModalView): Outcome {
    const { interactionId: id, title, components } = modal;
    this.#open.set(id, modal);
    // Nothing tells that a form was put away: the oldest goes when there are too many.
    const [oldest] = this.#open.keys();
    if (this.#open.size > KEPT_MODALS && oldest) this.#open.delete(oldest);
    return { type: "modal", modal: { id, title, components: readComponents(components) } };
  }
}
