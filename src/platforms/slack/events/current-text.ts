import type { MessageEvent } from "../../../core/domain/model.ts";
import { messageRefOf } from "../ids.ts";
import type { SlackApi } from "../web-api/api.ts";
import { isRejected, PlatformRejection, translateErrors } from "../web-api/errors.ts";
import { WirePage } from "../wire.ts";
import type { Directory } from "../workspaces/directory.ts";
import type { Workspaces } from "../workspaces/workspaces.ts";
import { isFromPerson } from "./decode-message.ts";

/** Asks for one message, which is the first of what Slack lists of it and the thread below it. */
export function currentText(
  { api, workspaces, directory }: { api: SlackApi; workspaces: Workspaces; directory: Directory },
  { message: id }: Pick<MessageEvent, "message">,
): Promise<{ readonly text: string } | "gone"> {
  return translateErrors(async () => {
    const { team, channel, ts } = messageRefOf(id);
    const workspace = await workspaces.of(team);
    if (!workspace) throw new PlatformRejection("a message", { code: "not_installed" });
    const args = { channel, ts, oldest: ts, latest: ts, inclusive: true, limit: 1 };
    // Nobody waits for this for as long as Slack may ask for.
    const listed = await api({ team, method: "conversations.replies", args, patient: false }).catch(
      (error: unknown) => {
        if (isRejected(error, "thread_not_found", "message_not_found")) return { messages: [] };
        throw error;
      },
    );
    const message = WirePage.parse(listed).messages.find((each) => each.ts === ts);
    // The beginning of a thread leaves a stone that Slack sets.
    if (!message || !isFromPerson(message, workspace.bot)) return "gone";
    return { text: await directory.read(workspace, message) };
  });
}
