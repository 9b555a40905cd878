import bolt from "@slack/bolt";

export async function startHelloApp({ botToken: token, appToken, apiUrl: slackApiUrl }) {
  const app = new bolt.App({ token, appToken, socketMode: true, clientOptions: { slackApiUrl } });
  const wave = { type: "button", action_id: "wave", text: { type: "plain_text", text: "Wave" } };
  app.message("hello", async ({ message, say }) => {
    const blocks = [{ type: "actions", elements: [wave] }];
    await say({ text: "Hello!", thread_ts: message.ts, blocks });
  });
  app.action("wave", async ({ ack, body, respond }) => {
    await ack();
    await respond({ text: `<@${body.user.id}> waves.`, replace_original: false });
  });
  app.command("/roll", async ({ ack }) => ack("It fell on 4."));
  await app.start();
  return { stop: () => app.stop() };
}
