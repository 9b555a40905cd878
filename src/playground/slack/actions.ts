import {
  DidNotRespond,
  type InteractionView,
  NotPossible,
  type SlackEmulator,
  type SlackPerson,
} from "@rapport/slack-emulator";
import { sentences } from "../../sentences/sentences.ts";
import { emojiName } from "../protocol/emoji.ts";
import type { Outcome } from "../protocol/protocol.ts";
import { requests } from "../protocol/requests.ts";
import { PersonActions } from "../server/person-actions.ts";
import { idOf, messageAt, spotOf } from "./ids.ts";
import { changeReaders } from "./readers.ts";

/** What people do in Slack. */
export function slackActions(
  slack: SlackEmulator,
  find: (name: string) => SlackPerson | undefined,
): PersonActions<SlackPerson> {
  const deeds = new PersonActions(find);
  const { say, edit, react, dm, slash, click, choose, menu, submit, close, use, home, stop, retitle } =
    requests;
  deeds.add("say", say, async (person, { placeId, text, alsoInChannel, files }) => {
    const { channelId, threadTs } = spotOf(placeId);
    const said = await person.say(channelId, text, {
      ...(threadTs !== undefined && { threadTs, broadcast: alsoInChannel ?? false }),
      files: files.map(({ name, contentType: mimetype, base64 }) => ({
        name,
        mimetype,
        data: Buffer.from(base64, "base64"),
      })),
    });
    return { messageId: idOf(said.channelId, said.ts) };
  });
  deeds.add("edit", edit, (person, { messageId, text }) => person.edit(messageAt(messageId), text));
  deeds.add("delete", requests.delete, (person, { messageId }) => person.delete(messageAt(messageId)));
  deeds.add("react", react, (person, { messageId, emoji }) =>
    reactOrNot(person, messageId, emojiName(emoji)),
  );
  deeds.add("readers", requests.readers, async (person, { placeId, ...asked }) =>
    changeReaders(person, spotOf(placeId).channelId, asked),
  );
  deeds.add("channel", requests.channel, async (person, { name, private: isPrivate }) => {
    const { id } = person.channels.create(channelName(name), { isPrivate });
    // Without the bot nobody would answer: it is let in, and can be removed like everybody.
    const { botUserId } = slack.workspace(person.teamId);
    if (botUserId !== undefined) person.channels.invite(id, botUserId);
    return { placeId: id };
  });
  deeds.add("dm", dm, async (person) => ({ placeId: (await person.openDm()).id }));
  deeds.add("slash", slash, (person, { placeId, command, text }) => {
    const { channelId, threadTs } = spotOf(placeId);
    if (threadTs !== undefined) throw new NotPossible(sentences.playground.slack.noCommandsInThreads);
    return outcomeOf(person.slash(channelId, command, text ?? ""));
  });
  deeds.add("click", click, (person, { messageId, customId }) =>
    outcomeOf(person.click(messageAt(messageId), customId)),
  );
  deeds.add("choose", choose, (person, { messageId, customId, values }) =>
    outcomeOf(person.click(messageAt(messageId), customId, values)),
  );
  deeds.add("menu", menu, (person, { messageId, command }) =>
    outcomeOf(person.messageShortcut(messageAt(messageId), shortcutCalled(slack, command))),
  );
  deeds.add("use", use, (person, { viewId: id, customId, values }) => {
    const isModal = person.views().some((view) => view.id === id);
    return outcomeOf(person.click({ id, type: isModal ? "modal" : "home" }, customId, values));
  });
  deeds.add("submit", submit, (person, { modalId: id, values }) => {
    const entered = Object.entries(values).map(([name, value]) => [
      name,
      typeof value === "boolean" ? String(value) : value,
    ]);
    return outcomeOf(person.submitView({ id }, Object.fromEntries(entered)));
  });
  deeds.add("close", close, (person, { modalId: id, all }) =>
    person.closeView({ id }, all ? "cross" : "cancel"),
  );
  deeds.add("home", home, (person, { tab }) => person.openHome(tab));
  deeds.add("stop", stop, (person, { placeId }) => {
    const { channelId, threadTs = "" } = spotOf(placeId);
    return person.stopAgent(channelId, threadTs);
  });
  deeds.add("retitle", retitle, (person, { placeId, title }) => {
    const { channelId, threadTs = "" } = spotOf(placeId);
    return person.renameSession(channelId, threadTs, title);
  });
  return deeds;
}

/** As Slack's client writes it while one types. */
const channelName = (typed: string) => typed.trim().toLowerCase().replaceAll(/\s/g, "-");

/** A second time takes it back. */
async function reactOrNot(person: SlackPerson, messageId: string, name: string): Promise<void> {
  const place = messageAt(messageId);
  const given = person.message(place)?.reactions.find((reaction) => reaction.name === name);
  if (given?.userIds.includes(person.id)) await person.unreact(place, name);
  else await person.react(place, name);
}

/** A form that it opens, and an answer, come by themselves: what is told here is how the asking went. */
async function outcomeOf(begun: Promise<InteractionView>): Promise<Outcome> {
  try {
    const { errors } = await begun;
    return errors ? { type: "invalid", errors } : { type: "done" };
  } catch (error) {
    if (!(error instanceof DidNotRespond)) throw error;
    return { type: "failed", reason: error.message };
  }
}

function shortcutCalled({ config }: SlackEmulator, name: string): string {
  const found = config.shortcuts?.find((shortcut) => shortcut.type === "message" && shortcut.name === name);
  if (!found) throw new NotPossible(sentences.playground.slack.noShortcut(name));
  return found.callback_id;
}
