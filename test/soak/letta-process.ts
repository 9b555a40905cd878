import { scriptedModel, startLettaServer } from "@rapport/letta-server";
import { systemClock } from "@rapport/testing";
import { z } from "zod";
import { databaseAt } from "../emulators/database.ts";

/** Letta as a process of its own, to be killed. It echoes what people say, and leaves its runs as a real one does. */
const Settings = z.object({ databaseUrl: z.string(), port: z.number().int() });

const { databaseUrl, port } = Settings.parse(JSON.parse(process.argv[2] ?? ""));
await startLettaServer({ db: databaseAt(databaseUrl), model: scriptedModel({ clock: systemClock }), port });
process.send?.("ready");
process.on("disconnect", () => process.exit(0));
