import { type SlackEmulator, startSlackEmulator } from "@rapport/slack-emulator";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import {
  SeveralWorkspaces,
  SingleWorkspace,
} from "../../../../src/platforms/slack/workspaces/installation.ts";
import type { Workspaces } from "../../../../src/platforms/slack/workspaces/workspaces.ts";

let slack: SlackEmulator;
let lost: string[];
let all: Workspaces;
beforeEach(async () => {
  slack = await startSlackEmulator();
  slack.addWorkspace("Beta", { withApp: true });
  lost = [];
  const known = slack.workspaces.map(
    ({ teamId, teamName, botToken = "" }) =>
      new SingleWorkspace(botToken, {
        whoIs: async (token) => {
          const { bot } = await whoIs(token);
          return { team: teamId, token, bot, url: slack.url };
        },
        lost: () => lost.push(teamName),
      }),
  );
  all = new SeveralWorkspaces(known);
});
afterEach(() => slack.stop());

async function whoIs(token: string): Promise<{ readonly bot: string }> {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${slack.url}auth.test`, { method: "POST", headers });
  return { bot: z.object({ user_id: z.string() }).parse(await answer.json()).user_id };
}

test("each workspace is spoken to with its own token, and as its own bot", async () => {
  await all.check();
  const found = await Promise.all(slack.workspaces.map(({ teamId }) => all.of(teamId)));
  expect(found.map((one) => [one?.token, one?.bot])).toEqual(
    slack.workspaces.map(({ botToken, botUserId }) => [botToken, botUserId]),
  );
  expect(await all.of("T0STRANGER")).toBeUndefined();
});

test("one that is lost takes nothing from the other", async () => {
  const beta = slack.workspace("Beta");
  all.refused(beta.teamId, beta.botToken ?? "");
  expect(lost).toEqual(["Beta"]);
  expect(await all.of(beta.teamId)).toBeUndefined();
  expect((await all.of(slack.teamId))?.token).toBe(slack.botToken);
  await all.forget(slack.teamId);
  expect(lost).toEqual(["Beta", "Rapport House"]);
});
