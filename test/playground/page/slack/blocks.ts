import type { SlackEmulator } from "@rapport/slack-emulator";

const plain = (text: string) => ({ type: "plain_text", text, emoji: true });
const mrkdwn = (text: string) => ({ type: "mrkdwn", text });
const option = (text: string, value: string) => ({ text: plain(text), value });
const words = (text: string) => ({ type: "rich_text_section", elements: [{ type: "text", text }] });

/** One message with everything in it that the page draws. */
const EVERYTHING = [
  { type: "header", text: plain("Harbour report :rocket:") },
  {
    type: "section",
    text: mrkdwn("*Tide* _rises_ ~falls~ `at noon`, <https://example.com|see the table> &amp; <!here>"),
    accessory: { type: "button", text: plain("Open"), action_id: "open", style: "primary" },
  },
  { type: "section", fields: [mrkdwn("*Ships*\n12"), mrkdwn("*Crew*\n80")] },
  { type: "divider" },
  { type: "context", elements: [plain("Written by the pilot"), mrkdwn("_today_")] },
  {
    type: "actions",
    elements: [
      {
        type: "static_select",
        action_id: "pick",
        placeholder: plain("Choose a pier"),
        options: [option("North pier", "n"), option("South pier", "s")],
      },
      { type: "overflow", action_id: "more", options: [option("Rename", "r"), option("Remove", "d")] },
      { type: "checkboxes", action_id: "boxes", options: [option("Fenders", "f"), option("Lines", "l")] },
      { type: "datepicker", action_id: "day", initial_date: "2026-05-01" },
    ],
  },
  { type: "markdown", text: "**Rules**\n\n| Who | When |\n| --- | --- |\n| Pilot | dawn |" },
  {
    type: "rich_text",
    elements: [
      { type: "rich_text_list", style: "ordered", elements: [words("slack the lines"), words("cast off")] },
      { type: "rich_text_quote", elements: [{ type: "text", text: "Fair winds" }] },
      { type: "rich_text_preformatted", elements: [{ type: "text", text: "heading = 270" }] },
    ],
  },
  {
    type: "table",
    rows: [
      [
        { type: "raw_text", text: "Ship" },
        { type: "raw_text", text: "Berth" },
      ],
      [
        { type: "raw_text", text: "Marabou" },
        { type: "raw_text", text: "7" },
      ],
    ],
  },
  { type: "image", image_url: "https://example.com/harbour.png", alt_text: "The harbour from above" },
];

/** The bot says all of it in this channel. */
export async function sayEverything(slack: SlackEmulator, channel: string): Promise<void> {
  const answer = await fetch(`${slack.url}chat.postMessage`, {
    method: "POST",
    headers: { authorization: `Bearer ${slack.botToken}`, "content-type": "application/json" },
    body: JSON.stringify({ channel, text: "Harbour report", blocks: EVERYTHING }),
  });
  const body = await answer.text();
  if (!body.includes('"ok":true')) throw new Error(`Slack has refused it: ${body}`);
}
