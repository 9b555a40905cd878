import { AppError } from "../../../src/core/domain/errors.ts";
import { startEmbedded } from "../../../src/storage/embedded/embedded-server.ts";
import { recordingLog } from "../servers/databases.ts";

/** A process of its own that uses the embedded server of a folder, and leaves it when it is told "stop". */
process.on("disconnect", () => process.exit());

try {
  const { dir }: { dir: string } = JSON.parse(process.argv[2] ?? "");
  const { url, adopted, stop } = await startEmbedded({ dir, log: recordingLog() });
  process.on("message", () => {
    stop().then(
      () => process.send?.("stopped", () => process.exit()),
      (error: unknown) => process.send?.(String(error)),
    );
  });
  process.send?.({ url, adopted });
} catch (error) {
  process.send?.(error instanceof AppError ? { refused: error.userMessage } : { failed: String(error) });
}
