import type { SandboxSlack } from "../../slack/server.ts";
import type { Inspector } from "../inspector.ts";
import type { PageWorld } from "../world.ts";
import { slackDeeds } from "./deeds.ts";
import { notesOf } from "./follow.ts";
import { SlackView } from "./view.ts";

/** The first workspace of the sandbox's Slack on the page. */
export function slackWorld(slack: SandboxSlack, inspector?: Inspector): PageWorld {
  const view = new SlackView(slack);
  return {
    key: "slack",
    kind: "slack",
    inspector,
    view,
    deeds: slackDeeds(slack, (name) => view.findPerson(name)),
    file: (id, viewer) => slack.person(viewer.id).file(id),
    follow: (note) =>
      slack.onEvent((event) => {
        for (const one of notesOf(event, slack.teamId)) note(one);
      }),
  };
}
