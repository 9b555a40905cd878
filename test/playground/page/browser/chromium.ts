import { existsSync } from "node:fs";

/** The one without windows first: it does the same in a third of the time. */
const USUAL_PLACES = [
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** Where this machine has a Chromium: at CHROMIUM, else in one of the usual places. */
export function findChromium(): string | undefined {
  const named = process.env.CHROMIUM;
  const places = named ? [named] : USUAL_PLACES;
  return places.find((place) => existsSync(place));
}
