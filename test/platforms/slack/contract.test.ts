import { eventually } from "@rapport/testing";
import { expect } from "vitest";
import { locationOf } from "../../../src/platforms/slack/ids.ts";
import { type PlatformStage, platformContract } from "../../contracts/platform/platform-contract.ts";
import { botMessages, buttonsOf, connect, createPlatform, startSlack, textOf } from "./connected.ts";

platformContract("Slack", async (): Promise<PlatformStage> => {
  const slack = await startSlack();
  const bot = await connect(slack);
  // Alice owns the workspace.
  const [bob, carol] = [slack.person("Bob"), slack.person("Carol")];
  const general = slack.channel("general").id;

  return {
    platform: bot.platform,
    inbox: bot.inbox,
    another: () => createPlatform(slack),
    async mentions(text) {
      const said = await bob.say(general, `@Rapport ${text}`);
      const revisions = () => bot.inbox.revised.length;
      return {
        async edit(changed) {
          const before = revisions();
          await bob.edit(said, `@Rapport ${changed}`);
          await eventually("the edit is known", () => revisions() > before);
        },
        async delete() {
          const before = revisions();
          await bob.delete(said);
          await eventually("the deletion is known", () => revisions() > before);
        },
      };
    },
    async writesDirectly(text) {
      const { id } = await bob.openDm();
      await bob.say(id, text);
    },
    async says(place, text) {
      const { channel, thread } = locationOf(place.id);
      await bob.say(channel, text, { ...(thread !== undefined && { threadTs: thread }) });
    },
    async typesCommand() {
      await bob.slash(general, "memory", "show");
    },
    async typesFormCommand() {
      await bob.slash(general, "memory", "edit");
      await eventually("the form is open", () => bob.view());
    },
    async submitsForm(values) {
      const view = await eventually("the form is open", () => bob.view());
      await bob.submitView(view, values);
    },
    async otherPresses(place, label) {
      for (const message of botMessages(slack, place, "Carol")) {
        const button = buttonsOf(message).find((one) => one.label === label);
        if (button) return void (await carol.click(message, button.id));
      }
      throw new Error(`there is no button ${label}`);
    },
    shown: (place, viewer) => botMessages(slack, place, viewer === "other" ? "Carol" : "Bob").map(textOf),
    pings: () =>
      botMessages(slack, bot.inbox.taken[0]!.event.place, "Bob").filter(
        ({ pings }) => pings.broadcast || pings.userIds.length > 0,
      ).length,
    redeliverNext: () => slack.sockets.duplicateNext("message"),
    loseNextReceipt: () =>
      slack.faults.next({
        method: "POST",
        path: "/api/chat.postMessage",
        fault: { type: "cut-after-commit", by: "fin" },
      }),
    goDown: () => slack.faults.goDown(),
    comeBack: () => slack.faults.comeBack(),
    forbidWriting: () => slack.archive("general"),
    async stop() {
      await bot.stop();
      await slack.stop();
      expect(slack.crashes).toEqual([]);
    },
  };
});
