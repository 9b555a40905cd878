import { type InteractionView, startDiscordEmulator } from "@rapport/discord-emulator";
import type { Place } from "../../../src/core/domain/model.ts";
import { channelOf } from "../../../src/platforms/discord/ids.ts";
import { type PlatformStage, platformContract } from "../../contracts/platform/platform-contract.ts";
import { connect, createPlatform, stopSandbox } from "./connected.ts";

platformContract("Discord", async (): Promise<PlatformStage> => {
  const discord = await startDiscordEmulator();
  const bot = await connect(discord);
  // Alice owns the server.
  const [bob, carol] = [discord.person("Bob"), discord.person("Carol")];
  const general = discord.channel("general").id;
  let form: InteractionView | undefined;

  const messages = (place: Place, viewer: string) =>
    discord
      .messages(channelOf(place.id), viewer)
      .filter(({ author, isSystem, loading }) => author.bot && !isSystem && !loading);

  return {
    platform: bot.platform,
    inbox: bot.inbox,
    another: () => createPlatform(discord),
    async mentions(text) {
      const { id } = await bob.say(general, `@Rapport ${text}`);
      return {
        edit: async (changed) => void (await bob.edit(id, `@Rapport ${changed}`)),
        delete: () => bob.delete(id),
      };
    },
    async writesDirectly(text) {
      await bob.say((await bob.openDm()).id, text);
    },
    async says(place, text) {
      await bob.say(channelOf(place.id), text);
    },
    async typesCommand() {
      await bob.slash(general, "memory", {}, "show");
    },
    async typesFormCommand() {
      form = await bob.slash(general, "memory", {}, "edit");
    },
    async submitsForm(values) {
      if (!form?.modal) throw new Error("no form is open");
      await bob.submit(form.modal, values);
    },
    async halfTypes(typed) {
      const choices = await bob.autocomplete(general, "chat", undefined, "persona", typed);
      return choices.map(({ name }) => name);
    },
    async otherPresses(place, label) {
      for (const { id, components } of messages(place, "Carol")) {
        const button = buttonsOf(components).find((one) => one.label === label);
        if (button) return void (await carol.click(id, button.custom_id));
      }
      throw new Error(`there is no button ${label}`);
    },
    shown: (place, viewer) =>
      messages(place, viewer === "other" ? "Carol" : "Bob").map(({ content }) => content),
    pings: () =>
      discord
        .messages(general)
        .filter(
          ({ author, mentionIds, mentionsEveryone }) =>
            author.bot && (mentionsEveryone || mentionIds.length > 0),
        ).length,
    redeliverNext: () => discord.gateway.duplicateNext("MESSAGE_CREATE"),
    loseNextReceipt() {
      for (const path of ["/channels/*/messages", "/webhooks/*/*"])
        discord.faults.next({ method: "POST", path, fault: { type: "cut-after-commit", by: "fin" } });
    },
    goDown: () => discord.faults.goDown(),
    comeBack: () => discord.faults.comeBack(),
    forbidWriting: () =>
      discord.setPermissions({ channel: "general", who: "Rapport", deny: ["SendMessages"] }),
    async stop() {
      await bot.stop();
      await stopSandbox(discord);
    },
  };
});

interface ButtonShown {
  readonly label: string;
  readonly custom_id: string;
}

function buttonsOf(rows: readonly Readonly<Record<string, unknown>>[]): readonly ButtonShown[] {
  return rows.flatMap(({ components }) => (Array.isArray(components) ? components.filter(isButton) : []));
}

const isButton = (value: unknown): value is ButtonShown =>
  typeof value === "object" && value !== null && "label" in value && "custom_id" in value;
