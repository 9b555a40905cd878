import bolt from "@slack/bolt";
import { PeerSettings, peerLetta } from "./peer-letta.ts";

const { connection, lettaUrl, agent } = PeerSettings.parse(JSON.parse(process.argv[2] ?? ""));
const answer = peerLetta(lettaUrl, agent);
const { installed, transport, apiUrl = "" } = connection.slack ?? {};
const app = new bolt.App({
  ...{ token: installed?.botToken ?? "", appToken: transport?.appToken ?? "", socketMode: true },
  clientOptions: { slackApiUrl: apiUrl },
});
app.message(async ({ message, client, context }) => {
  if (message.subtype !== undefined || message.bot_id !== undefined) return;
  const { channel, text = "", ts, thread_ts = ts } = message;
  if (thread_ts === ts && !text.includes(`<@${context.botUserId}>`)) return;
  await answer(`${channel} ${thread_ts}`, text, async (first) => {
    const posted = await client.chat.postMessage({ channel, thread_ts, text: first });
    return (edited) => client.chat.update({ channel, ts: posted.ts ?? "", text: edited });
  });
});
await app.start();
process.on("disconnect", () => process.exit(0));
process.send?.("ready");
