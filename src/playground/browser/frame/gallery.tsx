import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { PersonaCard } from "../../protocol/insight.ts";
import type { Place } from "../../protocol/protocol.ts";
import { Avatar } from "../pieces/avatar.tsx";
import { Icon } from "../pieces/icon.tsx";
import { draftName, seedDraft } from "../state/draft.ts";
import { placeName } from "../state/names.ts";
import { commandsIn } from "../state/state.ts";
import { RefusedAction } from "../state/wire.ts";
import { useWorkspace, type WorkspaceClient } from "../state/workspace-client.ts";
import { SKINS } from "./all-skins.ts";
import { go } from "./route.ts";

/** Who can be talked to. Talking and making are the commands that people use. */
export function Gallery({ channel }: { readonly channel: Place }): JSX.Element | null {
  const { isGalleryOpen } = useWorkspace();
  return isGalleryOpen ? <OpenGallery channel={channel} /> : null;
}

function OpenGallery({ channel }: { readonly channel: Place }): JSX.Element {
  const workspace = useWorkspace();
  const dialog = useRef<HTMLDialogElement>(null);
  const { cards, trouble } = usePersonas(workspace);
  const { community } = SKINS[workspace.world.kind];
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const close = () => workspace.showGallery(false);
  const then = (deed: () => void) => {
    close();
    // The focus goes back to where it was before; what comes now takes it from there.
    setTimeout(deed);
  };
  return (
    <dialog ref={dialog} class="personas" aria-labelledby="personas-title" onClose={close}>
      <header>
        <h2 id="personas-title">Personas</h2>
        <button type="button" class="quiet" aria-label="Close" onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      <p>Each remembers by itself. The badge says who shares what it learns.</p>
      {trouble && <p class="refusal">{trouble}</p>}
      <ul>
        {cards.map((card) => (
          <li key={card.key} class="persona-card">
            <Avatar name={card.name} url={card.avatar} />
            <h3>{card.name}</h3>
            <p>{card.description}</p>
            <p class="scope-badge">
              <span aria-hidden="true">{card.badge}</span> {sharedBy(card.scope, community)}
              {card.madeBy && <small> · made by {card.madeBy}</small>}
            </p>
            <button
              type="button"
              class="button primary"
              aria-label={`Talk to ${card.name}`}
              onClick={() => then(() => talkTo(workspace, channel, card))}
            >
              Talk
            </button>
          </li>
        ))}
        <li class="persona-card own">
          <span class="avatar plus" aria-hidden="true">
            +
          </span>
          <h3>Your own</h3>
          <p>A name, who it is and how it talks. It answers at once.</p>
          <button
            type="button"
            class="button secondary"
            onClick={() => then(() => makeOwn(workspace, channel))}
          >
            Make your own
          </button>
        </li>
      </ul>
      <p>
        <small>
          Talk puts <code>/chat</code> into {placeName(channel)}, Make your own runs{" "}
          <code>/persona create</code>.
        </small>
      </p>
    </dialog>
  );
}

function sharedBy(scope: PersonaCard["scope"], community: string): string {
  if (scope === "person") return "yours alone";
  if (scope === "global") return "shared everywhere";
  return `shared by this ${community}; where only some read along, by them`;
}

/** The command, with the persona filled in, in the field of the channel. What is said is the person's. */
function talkTo(workspace: WorkspaceClient, channel: Place, { key }: PersonaCard): void {
  const { viewer } = workspace.state.overview;
  const isTyped = commandsIn(workspace.state, channel.id).slash.some(({ usage }) => usage !== undefined);
  go(workspace.world.key, channel.id);
  seedDraft(draftName(viewer.name, channel.id), isTyped ? `/chat persona=${key} ` : `/chat persona:${key} `);
}

/** The real form of the platform. */
function makeOwn(workspace: WorkspaceClient, { id: placeId }: Place): void {
  const all = commandsIn(workspace.state, placeId).slash.filter(({ name }) => name === "persona");
  const options = all.some(({ subcommand }) => subcommand === "create")
    ? { subcommand: "create", options: {} }
    : { text: "create" };
  void workspace.interact(placeId, () =>
    workspace.wire.act("slash", { placeId, command: "persona", ...options }),
  );
}

function usePersonas(workspace: WorkspaceClient) {
  const [cards, setCards] = useState<readonly PersonaCard[]>([]);
  const [trouble, setTrouble] = useState<string>();
  useEffect(() => {
    workspace.wire.personas().then(setCards, (error: unknown) => {
      if (!(error instanceof RefusedAction)) throw error;
      setTrouble(error.message);
    });
  }, [workspace]);
  return { cards, trouble };
}
