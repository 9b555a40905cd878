import type { Context, Hono } from "hono";
import { z } from "zod";
import type { InteractionView } from "../discord/interaction-view.ts";
import type { ModalView } from "../discord/modal-view.ts";
import type { DiscordPerson } from "../discord/person.ts";
import { readComponents } from "./component.ts";
import type { Outcome } from "./protocol.ts";
import { isLate } from "./refused.ts";
import { type RequestName, requests } from "./requests.ts";
import type { DiscordView } from "./view.ts";

type Body<Name extends RequestName> = z.output<(typeof requests)[Name]>;
type Asking = { readonly as: string };

/** What people do, each as a POST of its own. */
export function addActions(app: Hono, view: DiscordView): void {
  const modals = new OpenModals();
  const add = <Asked extends Asking>(
    name: RequestName,
    request: z.ZodType<Asked>,
    deed: (person: DiscordPerson, asked: Asked) => Promise<unknown>,
  ) => {
    app.post(`/api/act/${name}`, async (context) => {
      const parsed = request.safeParse(await jsonOf(context));
      if (!parsed.success) return context.json({ error: z.prettifyError(parsed.error) }, 400);
      const person = view.findPerson(parsed.data.as);
      if (!person) return context.json({ error: `There is nobody called ${parsed.data.as}.` }, 404);
      const answer = await deed(person, parsed.data);
      return context.json(answer ?? {});
    });
  };
  const { say, edit, react, typing, thread, dm, suggest, slash, click, choose, menu, submit } = requests;
  add("say", say, sayIt);
  add("edit", edit, (person, { messageId, text }) => person.edit(messageId, text));
  add("delete", requests.delete, (person, { messageId }) => person.delete(messageId));
  add("react", react, reactOrNot);
  add("typing", typing, (person, { placeId }) => person.startsTyping(placeId));
  add("thread", thread, async (person, { placeId, messageId, name }) => ({
    placeId: (await person.startThread(placeId, name, { messageId })).id,
  }));
  add("dm", dm, async (person) => ({ placeId: (await person.openDm()).id }));
  add("suggest", suggest, (person, { placeId, command, subcommand, option, typed, others }) =>
    person.autocomplete(placeId, command, subcommand, option, typed, others),
  );
  add("slash", slash, (person, { placeId, command, options, subcommand }) =>
    modals.outcomeOf(person.slash(placeId, command, options, subcommand), COMMAND_UNANSWERED),
  );
  add("click", click, (person, { messageId, customId }) =>
    modals.outcomeOf(person.click(messageId, customId), FAILED),
  );
  add("choose", choose, (person, { messageId, customId, values }) =>
    modals.outcomeOf(person.select(messageId, customId, values), FAILED),
  );
  add("menu", menu, (person, { messageId, command }) =>
    modals.outcomeOf(person.contextMenu(messageId, command), COMMAND_UNANSWERED),
  );
  add("submit", submit, (person, asked) => modals.submit(person, asked));
}

const KEPT_MODALS = 200;
/** In the words of Discord's own client. */
const COMMAND_UNANSWERED = "The application did not respond";
const FAILED = "This interaction failed";
const SUBMIT_FAILED = "Something went wrong. Try again.";

async function jsonOf(context: Context): Promise<unknown> {
  try {
    return await context.req.json();
  } catch {
    // A body that is no JSON is refused like one of the wrong shape.
    return undefined;
  }
}

async function sayIt(person: DiscordPerson, { placeId, text, replyTo, files }: Body<"say">): Promise<void> {
  const attachments = files.map(({ name, contentType, base64 }) => ({
    name,
    contentType,
    data: Buffer.from(base64, "base64"),
  }));
  await person.say(placeId, text, { attachments, ...(replyTo && { replyTo }) });
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
      if (!isLate(error)) throw error;
      return { type: "failed", reason: whenLate };
    }
  }

  async submit(person: DiscordPerson, { modalId, values }: Body<"submit">): Promise<Outcome> {
    const modal = this.#open.get(modalId);
    if (!modal) return { type: "failed", reason: "This form is no longer open. Run the command again." };
    const texts = Object.entries(values).map(([name, value]) => [
      name,
      typeof value === "boolean" ? String(value) : value,
    ]);
    return await this.outcomeOf(person.submit(modal, Object.fromEntries(texts)), SUBMIT_FAILED);
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
