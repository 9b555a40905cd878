import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Message } from "../../protocol/protocol.ts";
import { go } from "../frame/route.ts";
import { moveFocus } from "../pieces/focus.ts";
import { Icon } from "../pieces/icon.tsx";
import { commandsIn, placeOf } from "../state/state.ts";
import { useWorkspaceQuietly, type WorkspaceClient } from "../state/workspace-client.ts";

const EMOJI = ["👍", "❤️", "😂", "🎉", "👀", "🙏"];

interface ToolsProps {
  readonly message: Message;
  readonly onReply: () => void;
  readonly onEdit: () => void;
}

export interface Tool {
  readonly label: string;
  readonly danger?: boolean;
  readonly run: () => void;
}

/** What can be done with a message. */
export function MessageTools(props: ToolsProps): JSX.Element {
  const workspace = useWorkspaceQuietly();
  return (
    <ToolBar
      message={props.message}
      reply={{ label: "Reply", run: props.onReply }}
      tools={(onReact) => toolsFor(workspace, props, onReact)}
    />
  );
}

interface ToolBarProps {
  readonly message: Message;
  readonly reply: Tool;
  /** What the menu holds; `onReact` opens the choice of reactions. */
  readonly tools: (onReact: () => void) => readonly Tool[];
}

/** Shown on hover and focus, by right-click, and by the menu key. */
export function ToolBar({ message, reply, tools }: ToolBarProps): JSX.Element {
  const workspace = useWorkspaceQuietly();
  const [open, setOpen] = useState<"menu" | "emoji">();
  const anchor = useRef<HTMLDivElement>(null);
  useMenuKey(anchor, () => setOpen("menu"));
  const close = () => {
    setOpen(undefined);
    anchor.current?.closest<HTMLElement>("li.message")?.focus();
  };
  const react = (emoji: string) => {
    close();
    void workspace.attempt(message.placeId, () =>
      workspace.wire.act("react", { messageId: message.id, emoji }),
    );
  };
  return (
    <div class={`tools${open ? " open" : ""}`} ref={anchor}>
      <button type="button" tabIndex={-1} title="React" aria-label="React" onClick={() => setOpen("emoji")}>
        <Icon name="react" />
      </button>
      <button type="button" tabIndex={-1} title={reply.label} aria-label={reply.label} onClick={reply.run}>
        <Icon name="reply" />
      </button>
      <button
        type="button"
        tabIndex={-1}
        title="More"
        aria-label="More actions"
        aria-haspopup="menu"
        onClick={() => setOpen("menu")}
      >
        <Icon name="more" />
      </button>
      {open === "emoji" && (
        <Popup label="Reactions" onClose={close}>
          <div class="emoji">
            {EMOJI.map((emoji) => (
              <button key={emoji} type="button" role="menuitem" onClick={() => react(emoji)}>
                {emoji}
              </button>
            ))}
          </div>
        </Popup>
      )}
      {open === "menu" && (
        <Popup label="Message actions" onClose={close}>
          {tools(() => setOpen("emoji")).map(({ label, danger, run }) => (
            <button
              key={label}
              type="button"
              role="menuitem"
              class={danger ? "danger" : ""}
              onClick={() => {
                close();
                run();
              }}
            >
              {label}
            </button>
          ))}
        </Popup>
      )}
    </div>
  );
}

function toolsFor(
  workspace: WorkspaceClient,
  { message, onReply, onEdit }: ToolsProps,
  onReact: () => void,
): Tool[] {
  const { viewer } = workspace.state.overview;
  const { id: messageId, placeId } = message;
  const tools: Tool[] = [];
  if (!message.ephemeral) {
    tools.push({ label: "React", run: () => setTimeout(onReact) }, { label: "Reply", run: onReply });
    if (canBeginThread(workspace, message)) {
      const begin = async () => {
        const name =
          message.content
            .replaceAll(/<[^<>]*>|[*_`]/g, "")
            .trim()
            .slice(0, 60) || "Thread";
        go(
          workspace.world.key,
          placeId,
          (await workspace.wire.act("thread", { placeId, messageId, name })).placeId,
        );
      };
      tools.push({ label: "Start a thread", run: () => void workspace.attempt(placeId, begin) });
    }
    for (const command of commandsIn(workspace.state, placeId).message) {
      const run = () =>
        void workspace.interact(placeId, () => workspace.wire.act("menu", { messageId, command }));
      tools.push({ label: command, run });
    }
  }
  tools.push({ label: "Copy text", run: () => void navigator.clipboard.writeText(message.content) });
  if (message.author.id === viewer.id) {
    const remove = () => void workspace.attempt(placeId, () => workspace.wire.act("delete", { messageId }));
    tools.push({ label: "Edit", run: onEdit }, { label: "Delete", danger: true, run: remove });
  }
  return tools;
}

function canBeginThread({ state }: WorkspaceClient, { placeId, threadId }: Message): boolean {
  return !threadId && placeOf(state, placeId)?.kind === "channel";
}

interface PopupProps {
  readonly label: string;
  readonly onClose: () => void;
  readonly children: JSX.Element | JSX.Element[];
}

function Popup({ label, onClose, children }: PopupProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const [isAbove, setAbove] = useState(false);
  useLayoutEffect(() => {
    setAbove(box.current !== null && !fitsBelow(box.current));
    box.current?.querySelector<HTMLElement>("[role=menuitem]")?.focus({ preventScroll: true });
    const away = (event: PointerEvent) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) onClose();
    };
    document.addEventListener("pointerdown", away);
    return () => document.removeEventListener("pointerdown", away);
  }, []);
  return (
    <div
      class={`popup${isAbove ? " above" : ""}`}
      role="menu"
      aria-label={label}
      tabIndex={-1}
      ref={box}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Escape" || event.key === "Tab") {
          event.preventDefault();
          onClose();
        } else moveFocus(event, "[role=menuitem]");
      }}
    >
      {children}
    </div>
  );
}

/** Whether it is seen whole where it is; if not, it stands above what it belongs to, unless there is less room. */
function fitsBelow(popup: HTMLElement): boolean {
  const list = popup.closest(".messages")?.getBoundingClientRect();
  const { top, bottom, height } = popup.getBoundingClientRect();
  return !list || bottom <= list.bottom || top - height < list.top;
}

/** Opens by right-click on the message, and by the menu key, Shift+F10 or Enter while it has the focus. */
function useMenuKey(anchor: { readonly current: HTMLElement | null }, open: () => void): void {
  useEffect(() => {
    const row = anchor.current?.closest<HTMLElement>("li.message");
    if (!row) return;
    const byPointer = (event: MouseEvent) => {
      // A link has a menu of its own, and so has a selection.
      if (event.target instanceof Element && event.target.closest("a, img, textarea, .popup")) return;
      if (getSelection()?.isCollapsed === false) return;
      event.preventDefault();
      open();
    };
    const byKey = (event: KeyboardEvent) => {
      if (event.target !== row || event.key !== "Enter") return;
      event.preventDefault();
      open();
    };
    row.addEventListener("contextmenu", byPointer);
    row.addEventListener("keydown", byKey);
    return () => {
      row.removeEventListener("contextmenu", byPointer);
      row.removeEventListener("keydown", byKey);
    };
  }, []);
}
