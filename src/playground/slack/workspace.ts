import type { SlackEmulator, SlackWorkspace } from "@rapport/slack-emulator";
import type { Inspector } from "../protocol/insight.ts";
import type { PageWorld } from "../server/workspace.ts";
import { slackActions } from "./actions.ts";
import { notesOf } from "./follow.ts";
import { SlackView } from "./view.ts";

/** The workspaces of the sandbox's Slack on the page, each a world of its own. `inspectorOf` looks into one's tenant. */
export function slackWorlds(
  slack: SlackEmulator,
  inspectorOf?: (teamId: string) => Inspector,
): readonly PageWorld[] {
  const inspectors = new Map<string, Inspector>();
  for (const { teamId } of slack.workspaces) {
    const inspector = inspectorOf?.(teamId);
    if (inspector) inspectors.set(teamId, inspector);
  }
  return slack.workspaces.map((workspace, index) => {
    const key = index === 0 ? "slack" : `slack-${workspace.teamId.toLowerCase()}`;
    return worldOf({ slack, workspace, key, inspectors });
  });
}

interface SlackWorkspaceParts {
  readonly slack: SlackEmulator;
  readonly workspace: SlackWorkspace;
  readonly key: string;
  /** By workspace. */
  readonly inspectors: ReadonlyMap<string, Inspector>;
}

function worldOf({ slack, workspace, key, inspectors }: SlackWorkspaceParts): PageWorld {
  const view = new SlackView(slack, workspace, key);
  const own = inspectors.get(workspace.teamId);
  return {
    key,
    kind: "slack",
    // What is said in a channel of another company is that company's.
    inspector: own && {
      onChange: (listener) => own.onChange(listener),
      personas: () => own.personas(),
      place: async (placeId, looker) =>
        await (inspectors.get(view.homeOf(placeId, looker)) ?? own).place(placeId, looker),
    },
    view,
    deeds: slackActions(slack, (name) => view.findPerson(name)),
    file: (id, viewer) => workspace.person(viewer.id).file(id),
    follow: (note) =>
      slack.onEvent((event) => {
        for (const one of notesOf(event, workspace)) note(one);
      }),
  };
}
