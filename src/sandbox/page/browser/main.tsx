import { render } from "preact";
import { App } from "./app.tsx";
import { personHref } from "./route.ts";
import { Sandbox, SandboxProvider } from "./sandbox.ts";
import { Refusal, Wire } from "./wire.ts";

const page = document.getElementById("page");
if (!page) throw new Error("the document has no place for the page");

const wire = new Wire(new URLSearchParams(location.search).get("as") ?? "");
try {
  const overview = await wire.enter();
  // The address remembers the person: through a reload, and when it is copied.
  history.replaceState(null, "", personHref(overview.viewer.name) + location.hash);
  const sandbox = new Sandbox(wire, overview);
  page.replaceChildren();
  render(
    <SandboxProvider value={sandbox}>
      <App />
    </SandboxProvider>,
    page,
  );
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  page.textContent = error.message;
}
