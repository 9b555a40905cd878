import type { JSX } from "preact";
import type { Message } from "../../protocol/protocol.ts";
import { go } from "../frame/route.ts";
import { type Tool, ToolBar } from "../messages/message-tools.tsx";
import { commandsIn } from "../state/state.ts";
import { useWorkspaceQuietly, type WorkspaceClient } from "../state/workspace-client.ts";

interface ToolsProps {
  readonly message: Message;
  readonly onEdit: () => void;
}

/** What can be done with a message on Slack: answer in its thread, use a shortcut of an app, change it. */
export function SlackTools({ message, onEdit }: ToolsProps): JSX.Element {
  const workspace = useWorkspaceQuietly();
  const reply = { label: "Reply in thread", run: () => openThread(workspace, message) };
  return (
    <ToolBar
      message={message}
      reply={reply}
      tools={(onReact) => toolsFor(workspace, { message, onEdit }, { reply, onReact })}
    />
  );
}

function openThread({ world }: WorkspaceClient, { id, placeId }: Message): void {
  const [channelId = ""] = placeId.split(".");
  go(world.key, channelId, placeId === channelId ? id : placeId);
}

function toolsFor(
  workspace: WorkspaceClient,
  { message, onEdit }: ToolsProps,
  { reply, onReact }: { readonly reply: Tool; readonly onReact: () => void },
): readonly Tool[] {
  const { viewer } = workspace.state.overview;
  const { id: messageId, placeId } = message;
  const remove = () => void workspace.attempt(placeId, () => workspace.wire.act("delete", { messageId }));
  const copy = { label: "Copy text", run: () => void navigator.clipboard.writeText(message.content) };
  if (message.ephemeral) return [copy, { label: "Dismiss message", run: remove }];
  const isOwn = message.author.id === viewer.id;
  return [
    { label: "Add reaction", run: () => void setTimeout(onReact) },
    reply,
    ...commandsIn(workspace.state, placeId).message.map((command) => ({
      label: `${command} · ${workspace.state.overview.bot.name}`,
      run: () => void workspace.interact(placeId, () => workspace.wire.act("menu", { messageId, command })),
    })),
    copy,
    ...(isOwn
      ? [
          { label: "Edit message", run: onEdit },
          { label: "Delete message", danger: true, run: remove },
        ]
      : []),
  ];
}
