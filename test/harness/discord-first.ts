/*
 * On Node 20 the first undici that is loaded sends for all the others, and the newer one of Slack's SDK cannot send the
 * files of discord.js ("action is not a function"). src/app.ts loads Discord before Slack; so does every worker of the
 * tests, whatever its first file is. Can go with Node 20.
 */
import "discord.js";
