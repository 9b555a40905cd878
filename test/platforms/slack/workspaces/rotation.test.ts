import { ManualClock } from "@rapport/testing";
import { expect, test } from "vitest";
import { recordKey } from "../../../../src/core/domain/record-key.ts";
import { PlatformUnavailable } from "../../../../src/platforms/shared/unavailable.ts";
import { PlatformRejection } from "../../../../src/platforms/slack/web-api/errors.ts";
import {
  InstalledWorkspaces,
  type StoredInstallation,
} from "../../../../src/platforms/slack/workspaces/installation.ts";
import { recordingLog } from "../../../contracts/platform/platform-fixtures.ts";
import { KeptRecords } from "../memory-records.ts";

const HOUR_MS = 60 * 60_000;

async function stage() {
  const clock = new ManualClock();
  const installations = new KeptRecords<StoredInstallation>();
  const refreshed: string[] = [];
  let failure: Error | undefined;
  const workspaces = new InstalledWorkspaces({
    installations,
    clock,
    log: recordingLog(),
    whoIs: async (token) => ({ team: "T1", token, bot: "UBOT", url: "https://acme.slack.com/" }),
    async refresh(refreshToken) {
      refreshed.push(refreshToken);
      if (failure) throw failure;
      const number = refreshed.length + 1;
      const rotation = { refreshToken: `refresh-${number}`, expiresAt: clock.now() + 12 * HOUR_MS };
      return { token: `token-${number}`, rotation };
    },
  });
  await installations.set(recordKey("T1"), {
    team: "T1",
    token: "token-1",
    bot: "UBOT",
    rotation: { refreshToken: "refresh-1", expiresAt: clock.now() + 12 * HOUR_MS },
  });
  return {
    clock,
    installations,
    workspaces,
    refreshed,
    fail: (error: Error | undefined) => {
      failure = error;
    },
    token: async () => (await workspaces.of("T1"))?.token,
  };
}

test("a token that will end is exchanged before, once, and the next pair is kept", async () => {
  const { clock, token, refreshed, installations } = await stage();
  expect(await token()).toBe("token-1");
  await clock.advance(11.6 * HOUR_MS);
  expect(await token()).toBe("token-2");
  expect(await token()).toBe("token-2");
  await clock.advance(11.6 * HOUR_MS);
  expect(await token()).toBe("token-3");
  expect(refreshed).toEqual(["refresh-1", "refresh-2"]);
  expect(await installations.get(recordKey("T1"))).toMatchObject({ token: "token-3" });
});

test("while Slack cannot be asked for the next one the token goes on as long as it lives", async () => {
  const { clock, token, fail } = await stage();
  fail(new PlatformUnavailable("oauth.v2.access", { mayHaveSucceeded: false }));
  await clock.advance(11.6 * HOUR_MS);
  expect(await token()).toBe("token-1");
  await clock.advance(HOUR_MS);
  await expect(token()).rejects.toThrow(PlatformUnavailable);
  fail(undefined);
  expect(await token()).toBe("token-4");
});

test("a workspace whose token cannot be exchanged is set aside until it installs the app again", async () => {
  const { clock, token, fail, installations } = await stage();
  fail(new PlatformRejection("oauth.v2.access", { code: "invalid_refresh_token" }));
  await clock.advance(13 * HOUR_MS);
  expect(await token()).toBeUndefined();
  await installations.set(recordKey("T1"), { team: "T1", token: "token-new", bot: "UBOT" });
  expect(await token()).toBe("token-new");
});

test("a token that Slack refuses sets its workspace aside, and nothing is lost", async () => {
  const { workspaces, token, installations } = await stage();
  await token();
  workspaces.refused("T1", "token-1");
  expect(await token()).toBeUndefined();
  expect(installations.all.size).toBe(1);
});
