import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Place } from "../../protocol/protocol.ts";
import { hrefOf } from "../frame/route.ts";
import { BlockView } from "../slack-message/block-view.tsx";
import { Remarks } from "../slack-message/remarks.tsx";
import { useWorkspace } from "../state/workspace-client.ts";
import { asidesIn } from "./agent-chat.tsx";

/** The app's own page for this person. */
export function HomeView({ dm }: { readonly dm: Place }): JSX.Element {
  const workspace = useWorkspace();
  const { home, overview } = workspace.state;
  const newest = asidesIn(workspace.state, dm).at(-1)?.id;
  // What stood last in the direct messages when something was pressed here.
  const [pressed, setPressed] = useState<{ readonly after: string | undefined }>();
  if (!home)
    return (
      <p class="messages opening" role="status">
        {overview.bot.name} fills its page …
      </p>
    );
  const surface = {
    placeId: dm.id,
    press(customId: string) {
      setPressed({ after: newest });
      return workspace.interact(dm.id, () => workspace.wire.act("use", { viewId: home.id, customId }));
    },
    choose: (customId: string, values: readonly string[]) =>
      workspace.interact(dm.id, () =>
        workspace.wire.act("use", { viewId: home.id, customId, values: [...values] }),
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
      <p class="answered" role="status">
        {pressed && pressed.after !== newest && (
          <>
            {overview.bot.name} has answered you under <a href={hrefOf(workspace.world.key, dm.id)}>Chat</a>.
          </>
        )}
      </p>
      <Remarks placeId={dm.id} />
    </>
  );
}
