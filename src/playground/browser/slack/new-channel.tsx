import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { NewName } from "../discord/new-name.tsx";
import { go } from "../frame/route.ts";
import { RefusedAction } from "../state/wire.ts";
import { useWorkspaceQuietly } from "../state/workspace-client.ts";

/** Makes a private channel, whose maker is alone in it at first: its headline leads to who else is to read it. */
export function NewChannel({ onGone }: { readonly onGone: () => void }): JSX.Element {
  const workspace = useWorkspaceQuietly();
  const [isOpen, setOpen] = useState(false);
  const [trouble, setTrouble] = useState<string>();
  const make = async (name: string) => {
    try {
      const { placeId } = await workspace.wire.act("channel", { name, private: true });
      setOpen(false);
      setTrouble(undefined);
      go(workspace.world.key, placeId);
      onGone();
      return true;
    } catch (error) {
      if (!(error instanceof RefusedAction)) throw error;
      setTrouble(error.message);
      return false;
    }
  };
  return (
    <>
      <button type="button" class="place" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <span class="sign" aria-hidden="true">
          +
        </span>
        <span class="place-name">New private channel</span>
      </button>
      {isOpen && <NewName label="Its name" hint="plans" button="Make it" onName={make} />}
      {trouble && (
        <p class="refusal" role="alert">
          {trouble}
        </p>
      )}
    </>
  );
}
