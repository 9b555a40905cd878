import { createHash } from "node:crypto";
import { sentences } from "../../sentences/sentences.ts";
import type { Assets } from "./assets.ts";

/** The page before its script runs: enough to paint, and the token that proves a request came from it. */
export function pageDocument(assets: Assets, token: string): string {
  const { title, opening, needsScript } = sentences.playground.page;
  const version = fingerprint(assets.script + assets.style);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content">
<meta name="color-scheme" content="light dark">
<meta name="page-token" content="${token}">
<title>${title}</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/page.css?${version}">
<script type="module" src="/page.js?${version}"></script>
</head>
<body>
<div id="page"><p class="opening" role="status">${opening}</p></div>
<noscript><p class="opening">${needsScript}</p></noscript>
</body>
</html>
`;
}

/** Two speech bubbles that overlap. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="9" fill="#3d5bd9"/><path d="M7 9h13a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2h-8l-4 4v-4H7a2 2 0 0 1-2-2v-6a2 2 0 0 1 2-2z" fill="#fff"/><path d="M24 13h1a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2h-1v3l-3-3h-6" fill="none" stroke="#fff" stroke-width="2" stroke-linejoin="round"/></svg>`;

function fingerprint(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
