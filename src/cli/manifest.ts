import { commands, menus } from "../../commands/index.ts";
import { isCallable, slackManifest } from "../platforms/slack/manifest.ts";
import { sentences } from "../sentences/sentences.ts";

/*
 * `npm run manifest`: the Slack app, ready to be pasted at api.slack.com/apps. With an address (`npm run manifest
 * https://rapport.example.org`) Slack calls us there; without one we connect to Slack by sockets.
 */
const [url] = process.argv.slice(2);
if (url !== undefined && !isCallable(url)) {
  process.stderr.write(`${sentences.slackChecks.notHttps(url)}\n`);
  process.exit(2);
}
process.stdout.write(`${JSON.stringify(slackManifest({ commands, menus, url }), undefined, 2)}\n`);
