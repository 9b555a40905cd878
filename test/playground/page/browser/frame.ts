import type { Page } from "playwright-core";
import { expect } from "vitest";

/** A telephone, a laptop, and a large screen. */
const WIDTHS = [390, 1280, 1920] as const;

/** Opens a view with the panel beside it and all that folds unfolded: the document is no longer than its window. */
export async function expectFramed(window: Page, hash: string): Promise<void> {
  for (const width of WIDTHS) {
    await window.setViewportSize({ width, height: 800 });
    await window.evaluate(`sessionStorage.setItem("glass", "true"); location.hash = ${JSON.stringify(hash)}`);
    await window.reload();
    const glass = window.getByRole("complementary", { name: "Behind the glass" });
    await glass.waitFor();
    // Until it has been asked what is behind it, it shows nothing.
    await glass.locator("section").first().waitFor();
    await window.evaluate("for (const one of document.querySelectorAll('.glass details')) one.open = true");
    const what = `${hash} at ${width} px`;
    expect(await window.evaluate("document.documentElement.scrollHeight - innerHeight"), what).toBe(0);
    await window.mouse.move(width / 2, 20);
    await window.mouse.wheel(0, 2_000);
    await window.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
    expect(await window.evaluate("scrollY"), what).toBe(0);
  }
}
