import { startLettaServer } from "@rapport/letta-server";
import { z } from "zod";
import { databaseAt } from "../../emulators/database.ts";
import { answerParent } from "./answer-parent.ts";
import { tellingModel } from "./telling-model.ts";

/** Letta as a process of its own, which tells how often it was asked. */
const { databaseUrl } = z.object({ databaseUrl: z.string() }).parse(JSON.parse(process.argv[2] ?? ""));
const letta = await startLettaServer({ db: databaseAt(databaseUrl), model: tellingModel, redis: true });
answerParent(() => Promise.resolve({ requests: letta.journal.entries.at(-1)?.id ?? 0 }));
process.send?.({ url: letta.url });
