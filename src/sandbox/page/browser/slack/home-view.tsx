import type { JSX } from "preact";
import type { Place } from "../../protocol.ts";
import { useSandbox } from "../sandbox.ts";
import { BlockView } from "./block-view.tsx";
import { Remarks } from "./remarks.tsx";

/** The app's own page for this person. */
export function HomeView({ dm }: { readonly dm: Place }): JSX.Element {
  const sandbox = useSandbox();
  const { home, overview } = sandbox.state;
  if (!home)
    return (
      <p class="messages opening" role="status">
        {overview.bot.name} fills its page …
      </p>
    );
  const surface = {
    placeId: dm.id,
    press: (customId: string) =>
      sandbox.interact(dm.id, () => sandbox.wire.act("use", { viewId: home.id, customId })),
    choose: (customId: string, values: readonly string[]) =>
      sandbox.interact(dm.id, () =>
        sandbox.wire.act("use", { viewId: home.id, customId, values: [...values] }),
      ),
  };
  return (
    <>
      <div class="messages">
        <div class="messages-inside home">
          {home.blocks.map((block, index) => (
            <BlockView key={index} block={block} surface={surface} />
          ))}
        </div>
      </div>
      <Remarks placeId={dm.id} />
    </>
  );
}
