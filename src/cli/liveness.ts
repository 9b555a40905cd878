import { readConfig } from "../config/config.ts";
import { failedCheck } from "../core/domain/check-result.ts";
import { sentences } from "../sentences/sentences.ts";
import { isBotAlive } from "../storage/liveness.ts";

/*
 * For a container's health check: exit code 0 when the bot beside it works, else 1 with a sentence. It asks the
 * database, since a bot that is connected to Discord alone listens on no port.
 */

async function complaint(): Promise<string | undefined> {
  const { databaseUrl, databaseDirectUrl } = readConfig();
  const { noAddress, notAlive } = sentences.doctor.liveness;
  if (databaseUrl === undefined) return noAddress;
  return (await isBotAlive(databaseDirectUrl ?? databaseUrl)) ? undefined : notAlive;
}

const said = await complaint().catch((error: unknown) => failedCheck(error).text);
if (said !== undefined) process.stderr.write(`${said}\n`);
process.exitCode = said === undefined ? 0 : 1;
