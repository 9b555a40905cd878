import { scriptedModel, startLettaServer } from "@rapport/letta-server";
import { systemClock } from "@rapport/testing";
import { z } from "zod";
import { databaseAt } from "../emulators/database.ts";

/** Letta as a process of its own, to be killed: what it was doing then stays as it was. */
const Settings = z.object({ databaseUrl: z.string(), port: z.number().optional() });

const { databaseUrl, port } = Settings.parse(JSON.parse(process.argv[2] ?? ""));
const letta = await startLettaServer({
  db: databaseAt(databaseUrl),
  model: scriptedModel({ clock: systemClock }),
  ...(port !== undefined && { port }),
});
process.send?.(letta.url);
// Nobody is left to work for.
process.on("disconnect", () => process.exit(0));
