import { commands, menus } from "../../commands/index.ts";
import { slackManifest } from "../platforms/slack/manifest.ts";

/*
 * `npm run manifest`: the Slack app, ready to be pasted at api.slack.com/apps. With an address (`npm run manifest
 * https://rapport.example.org`) Slack calls us there; without one we connect to Slack by sockets.
 */
const [url] = process.argv.slice(2);
process.stdout.write(`${JSON.stringify(slackManifest({ commands, menus, url }), undefined, 2)}\n`);
