import type { JSX } from "preact";
import type { Message } from "../../protocol.ts";
import { type Tool, ToolBar } from "../message-tools.tsx";
import { go } from "../route.ts";
import { type Sandbox, useSandboxQuietly } from "../sandbox.ts";
import { commandsIn } from "../state.ts";

interface ToolsProps {
  readonly message: Message;
  readonly onEdit: () => void;
}

/** What can be done with a message on Slack: answer in its thread, use a shortcut of an app, change it. */
export function SlackTools({ message, onEdit }: ToolsProps): JSX.Element {
  const sandbox = useSandboxQuietly();
  const reply = { label: "Reply in thread", run: () => openThread(sandbox, message) };
  return (
    <ToolBar
      message={message}
      reply={reply}
      tools={(onReact) => toolsFor(sandbox, { message, onEdit }, { reply, onReact })}
    />
  );
}

function openThread({ world }: Sandbox, { id, placeId }: Message): void {
  const [channelId = ""] = placeId.split(".");
  go(world.key, channelId, placeId === channelId ? id : placeId);
}

function toolsFor(
  sandbox: Sandbox,
  { message, onEdit }: ToolsProps,
  { reply, onReact }: { readonly reply: Tool; readonly onReact: () => void },
): readonly Tool[] {
  const { viewer } = sandbox.state.overview;
  const { id: messageId, placeId } = message;
  const remove = () => void sandbox.attempt(placeId, () => sandbox.wire.act("delete", { messageId }));
  const copy = { label: "Copy text", run: () => void navigator.clipboard.writeText(message.content) };
  if (message.ephemeral) return [copy, { label: "Dismiss message", run: remove }];
  const isOwn = message.author.id === viewer.id;
  return [
    { label: "Add reaction", run: () => void setTimeout(onReact) },
    reply,
    ...commandsIn(sandbox.state, placeId).message.map((command) => ({
      label: `${command} · ${sandbox.state.overview.bot.name}`,
      run: () => void sandbox.interact(placeId, () => sandbox.wire.act("menu", { messageId, command })),
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
