/** Where an application's owner mends what cannot be mended from here. */
const PORTAL = "https://discord.com/developers/applications";

export const BAD_TOKEN = `DISCORD_TOKEN is not a valid bot token. Copy it from ${PORTAL} → your application → Bot → Reset Token.`;

export const MESSAGES_HIDDEN = `DISCORD_TOKEN belongs to a bot that may not read messages. Switch on "Message Content Intent" at ${PORTAL} → your application → Bot → Privileged Gateway Intents.`;
