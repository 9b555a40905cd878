import { render } from "preact";
import { personHref } from "./frame/route.ts";
import { Shell } from "./frame/shell.tsx";
import { applyTheme } from "./frame/theme.tsx";
import { RefusedAction } from "./state/wire.ts";
import { openWorkspaces } from "./state/workspaces.ts";

applyTheme();
const page = document.getElementById("page");
if (!page) throw new Error("the document has no place for the page");

try {
  const worlds = await openWorkspaces(new URLSearchParams(location.search).get("as") ?? "");
  // The address remembers the person: through a reload, and when it is copied.
  history.replaceState(null, "", personHref(worlds.person) + location.hash);
  page.replaceChildren();
  render(<Shell worlds={worlds} />, page);
} catch (error) {
  if (!(error instanceof RefusedAction)) throw error;
  page.textContent = error.message;
}
