import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Place } from "../../protocol/protocol.ts";
import { hrefOf } from "../frame/route.ts";
import { TABS } from "../slack/tabs.ts";
import { AuthorAvatar } from "../slack-message/message-row.tsx";
import { placesOf } from "../state/state.ts";
import { useWorkspace, useWorkspaceQuietly } from "../state/workspace-client.ts";
import { AgentChat } from "./agent-chat.tsx";
import { HomeView } from "./home-view.tsx";
import { SessionList } from "./session-list.tsx";

interface AgentViewProps {
  readonly dm: Place;
  /** What of it is open: a tab, a thread, or nothing, which is a new chat. */
  readonly tab: string | undefined;
  readonly thread: Place | undefined;
}

/** The direct messages with an agent: chats, of which each is a thread, those of before, and the agent's own page. */
export function AgentView({ dm, tab, thread }: AgentViewProps): JSX.Element {
  const { state } = useWorkspace();
  const { bot } = state.overview;
  const isHome = tab === TABS.home;
  const isHistory = tab === TABS.history;
  useLook(isHome ? "home" : isHistory ? undefined : "messages");
  const chats = placesOf(state).filter(({ parentId }) => parentId === dm.id).length;
  return (
    <section class="talk dm" aria-label={bot.name}>
      <header class="talk-head agent-head">
        <h1>
          <AuthorAvatar author={{ ...bot, bot: true, avatarUrl: undefined }} small /> {bot.name}
        </h1>
        <span class="agent-tag">Agent</span>
        <span class="spring" />
        <TabLink dm={dm} words="New chat" isOpen={tab === undefined} />
      </header>
      <nav class="tabs" aria-label={`Parts of ${bot.name}`}>
        <TabLink dm={dm} words="Chat" tab={thread?.id} isOpen={!isHome && !isHistory} />
        <TabLink
          dm={dm}
          words={`History${chats > 0 ? ` (${chats})` : ""}`}
          tab={TABS.history}
          isOpen={isHistory}
        />
        <TabLink dm={dm} words="Home" tab={TABS.home} isOpen={isHome} />
      </nav>
      {isHome && <HomeView dm={dm} />}
      {isHistory && <SessionList dm={dm} />}
      {!isHome && !isHistory && <AgentChat key={thread?.id ?? ""} dm={dm} thread={thread} />}
    </section>
  );
}

interface TabLinkProps {
  readonly dm: Place;
  readonly words: string;
  readonly tab?: string | undefined;
  readonly isOpen: boolean;
}

function TabLink({ dm, words, tab, isOpen }: TabLinkProps): JSX.Element {
  const { world } = useWorkspaceQuietly();
  return (
    <a class="tab" href={hrefOf(world.key, dm.id, tab)} aria-current={isOpen ? "page" : undefined}>
      {words}
    </a>
  );
}

/** The app hears which of its tabs is looked at, and fills it. */
function useLook(tab: "home" | "messages" | undefined): void {
  const workspace = useWorkspaceQuietly();
  useEffect(() => {
    // An app without that tab has nothing to show in it.
    if (tab) void workspace.wire.act("home", { tab }).catch(() => undefined);
  }, [workspace, tab]);
}
