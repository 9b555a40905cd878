import type { JSX } from "preact";
import { useWorkspace } from "../state/workspace-client.ts";

/** What Slackbot would say to this person here, as that a command was not answered. */
export function Remarks({ placeId }: { readonly placeId: string }): JSX.Element {
  const workspace = useWorkspace();
  const remarks = workspace.state.remarks.filter((remark) => remark.placeId === placeId);
  return (
    <div class="remarks" role="alert">
      {remarks.map(({ id, text }) => (
        <p key={id} class="remark">
          <span>
            {text} <small>Only visible to you.</small>
          </span>
          <button type="button" class="quiet" onClick={() => workspace.dropRemark(id)}>
            Dismiss
          </button>
        </p>
      ))}
    </div>
  );
}
