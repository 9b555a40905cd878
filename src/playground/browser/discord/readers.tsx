import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Place } from "../../protocol/protocol.ts";
import type { Reader, ReadersSheet } from "../../protocol/readers.ts";
import { go } from "../frame/route.ts";
import { Icon } from "../pieces/icon.tsx";
import { placeName } from "../state/names.ts";
import { RefusedAction } from "../state/wire.ts";
import { useWorkspace, type WorkspaceClient } from "../state/workspace-client.ts";
import { NewName } from "./new-name.tsx";

/** Who reads a place, on a button in its headline; behind it one lets people in and out. */
export function ReadersButton({ place }: { readonly place: Place }): JSX.Element | null {
  const [isOpen, setOpen] = useState(false);
  if (!place.readBy) return null;
  return (
    <>
      <button
        type="button"
        class="read-by"
        aria-haspopup="dialog"
        aria-label={`Who reads ${placeName(place)}: ${place.readBy.short}`}
        title={place.readBy.sentence}
        onClick={() => setOpen(true)}
      >
        <Icon name="eye" /> <span class="read-by-words">{place.readBy.short}</span>
      </button>
      {isOpen && <Readers place={place} onClose={() => setOpen(false)} />}
    </>
  );
}

interface ReadersProps {
  readonly place: Place;
  readonly onClose: () => void;
}

function Readers({ place, onClose }: ReadersProps): JSX.Element {
  const workspace = useWorkspace();
  const dialog = useRef<HTMLDialogElement>(null);
  const { sheet, trouble, attempt } = useSheet(workspace, place.id);
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const put = async ({ change }: Reader, isIn: boolean) =>
    change && (await attempt(() => workspace.wire.act("readers", { placeId: place.id, change, isIn })));
  const beginThread = async (name: string) => {
    const { placeId } = await workspace.wire.act("thread", { placeId: place.id, name, private: true });
    onClose();
    go(workspace.world.key, place.id, placeId);
  };
  return (
    <dialog ref={dialog} class="readers" aria-label={`Who reads ${placeName(place)}`} onClose={onClose}>
      <header>
        <h2>Who reads {placeName(place)}</h2>
        <button type="button" class="quiet" aria-label="Close" onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <p>{sheet?.sentence ?? place.readBy?.sentence}</p>
      {trouble && (
        <p class="refusal" role="alert">
          {trouble}
        </p>
      )}
      {sheet?.lists.map(({ heading, note, readers }) => (
        <fieldset key={heading}>
          <legend>{heading}</legend>
          {note && <p class="readers-note">{note}</p>}
          {readers.map((reader) => (
            <ReaderSwitch key={reader.name} reader={reader} onPut={(isIn) => put(reader, isIn)} />
          ))}
        </fieldset>
      ))}
      {sheet?.offers.includes("role") && (
        <NewName
          label="A new role"
          hint="Staff"
          button="Make it"
          onName={(name) => attempt(() => workspace.wire.act("role", { name }))}
        />
      )}
      {sheet?.offers.includes("private-thread") && (
        <NewName
          label="A private thread in here"
          hint="Its name"
          button="Begin it"
          onName={(name) => attempt(() => beginThread(name))}
        />
      )}
    </dialog>
  );
}

interface ReaderSwitchProps {
  readonly reader: Reader;
  readonly onPut: (isIn: boolean) => Promise<unknown>;
}

function ReaderSwitch({ reader, onPut }: ReaderSwitchProps): JSX.Element {
  const { name, note, change } = reader;
  // Shown as thrown at once; the sheet says how it is.
  const [thrown, setThrown] = useState<boolean>();
  const isIn = thrown ?? reader.isIn;
  const put = async (to: boolean) => {
    setThrown(to);
    await onPut(to);
    setThrown(undefined);
  };
  return (
    <label class="reader">
      <input
        type="checkbox"
        role="switch"
        aria-checked={isIn}
        checked={isIn}
        disabled={change === undefined}
        onChange={(event) => void put(event.currentTarget.checked)}
      />
      <span>
        {name} {note && <small>{note}</small>}
      </span>
    </label>
  );
}

/** Asked for again whenever a place has changed, and after each deed, whatever came of it. */
function useSheet(workspace: WorkspaceClient, placeId: string) {
  const [sheet, setSheet] = useState<ReadersSheet>();
  const [trouble, setTrouble] = useState<string>();
  const asked = useRef(0);
  const shown = useRef(0);
  const told = async (work: () => Promise<void>): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof RefusedAction)) throw error;
      setTrouble(error.message);
      return false;
    }
  };
  const load = () =>
    told(async () => {
      asked.current += 1;
      const mine = asked.current;
      const answer = await workspace.wire.readers(placeId);
      // One that was overtaken says how it was before.
      if (mine < shown.current) return;
      shown.current = mine;
      setSheet(answer);
    });
  useEffect(() => void load(), [placeId, workspace.state.places]);
  const attempt = async (work: () => Promise<unknown>): Promise<boolean> => {
    setTrouble(undefined);
    const isDone = await told(async () => void (await work()));
    await load();
    return isDone;
  };
  return { sheet, trouble, attempt };
}
