import type { Reply } from "../../kit/http/exchange.ts";
import type { World } from "../world/world.ts";
import { NotPossible } from "./api-error.ts";
import type { Consent, OAuth } from "./oauth.ts";
import type { ReadRequest } from "./request-body.ts";

const HTML = { "content-type": "text/html; charset=utf-8" };

/** The page on which a person lets the app into a workspace, and what its buttons do. */
export function answerConsent(world: World, oauth: OAuth, { method, url, raw }: ReadRequest): Reply {
  try {
    const consent = oauth.readConsent(url.searchParams);
    if (method !== "POST") return { status: 200, raw: consentPage(world, consent, url), headers: HTML };
    const form = new URLSearchParams(raw.toString("utf8"));
    return { status: 302, raw: "", headers: { location: decide(world, oauth, { consent, form }) } };
  } catch (error) {
    if (!(error instanceof NotPossible)) throw error;
    return {
      status: 400,
      raw: page("Something went wrong", `<p>${escapeHtml(error.message)}</p>`),
      headers: HTML,
    };
  }
}

function decide(
  world: World,
  oauth: OAuth,
  { consent, form }: { readonly consent: Consent; readonly form: URLSearchParams },
): string {
  if (form.get("decision") !== "allow") return oauth.decline(consent);
  const user = world.users.get(form.get("user") ?? "");
  if (!user || user.isBot) throw new NotPossible("Nobody is signed in.");
  if (consent.teamId !== undefined && user.teamId !== consent.teamId) {
    throw new NotPossible("This link is for another workspace.");
  }
  const declined = consent.optionalScopes.filter((scope) => !form.getAll("optional").includes(scope));
  return oauth.approve(consent, { teamId: user.teamId, userId: user.id, declined });
}

function consentPage(world: World, consent: Consent, url: URL): string {
  const name = escapeHtml(world.config.name);
  const users = [...world.users.values()].filter(
    ({ isBot, teamId }) => !isBot && (consent.teamId === undefined || teamId === consent.teamId),
  );
  const options = users.map(({ id, displayName, teamId }) => {
    const label = `${world.team(teamId).name} (as ${displayName})`;
    return `<option value="${id}">${escapeHtml(label)}</option>`;
  });
  const required = consent.scopes.filter((scope) => !consent.optionalScopes.includes(scope));
  const boxes = consent.optionalScopes.map(
    (scope) =>
      `<li><label><input type="checkbox" name="optional" value="${scope}" checked> ${scope}</label></li>`,
  );
  return page(
    `${name} wants to get into a workspace`,
    `<form method="post" action="${escapeHtml(url.pathname + url.search)}">
<p><label>Workspace <select name="user">${options.join("")}</select></label></p>
<p>What will ${name} be able to do?</p>
<ul>${required.map((scope) => `<li>${scope}</li>`).join("")}${boxes.join("")}</ul>
<button name="decision" value="cancel">Cancel</button>
<button name="decision" value="allow">Allow</button>
</form>`,
  );
}

function page(title: string, body: string): string {
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title></head>
<body><h1>${title}</h1><p>This is the sandbox's Slack, on this machine.</p>${body}</body></html>
`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
