import type { ServerResponse } from "node:http";
import type { Fault } from "../../emulators/kit/faults.ts";
import type { JournalEntry } from "../../emulators/kit/journal.ts";
import type { Item } from "../messages/items.ts";
import { failureItem, turnFailure } from "../turn/failure.ts";
import type { Frame } from "../turn/live-run.ts";

interface Sending {
  readonly response: ServerResponse;
  readonly entry: JournalEntry;
  readonly frames: AsyncIterable<Frame>;
  /** How this stream has been told to go wrong. */
  readonly failure: Fault["type"] | undefined;
}

/** Sends frames as they come. The headers leave with the first: without pings a client waits for the model. */
export async function sendEvents({ response, entry, frames, failure }: Sending): Promise<void> {
  entry.status = 200;
  if (failure === "silence") {
    response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
    return;
  }
  for await (const frame of frames) {
    if (failure === "cut-after-commit") continue;
    if (!response.headersSent) response.writeHead(200, { "content-type": "text/event-stream" });
    write(response, entry, frame);
    if (failure === "error-after-text" && isText(frame)) {
      breakOff(response, entry, frame.data);
      return;
    }
  }
  if (failure === "cut-after-commit") response.destroy();
  else response.end();
}

function write(response: ServerResponse, entry: JournalEntry, frame: Frame): void {
  if (frame.type === "done") {
    response.write("data: [DONE]\n\n");
    return;
  }
  entry.events.push(frame.data);
  const name = frame.name ? `event: ${frame.name}\n` : "";
  response.write(`${name}data: ${JSON.stringify(frame.data)}\n\n`);
}

const isText = (frame: Frame): frame is Frame & { readonly type: "event"; readonly data: Item } =>
  frame.type === "event" && frame.data.message_type === "assistant_message";

function breakOff(response: ServerResponse, entry: JournalEntry, { run_id }: Item): void {
  const failure = turnFailure(new Error("The sandbox was told to fail after some text."));
  const data = failureItem(String(run_id), failure, { late: true });
  write(response, entry, {
    type: "event",
    data: { message_type: "stop_reason", stop_reason: failure.stopReason },
  });
  write(response, entry, { type: "event", name: "error", data });
  response.end();
}
