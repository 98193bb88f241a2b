import { type Browser, chromium } from "playwright-core";
import { describe } from "vitest";
import { findBrowser, mend } from "../../tools/browser.mjs";

/* For every test that needs a real browser. Without one they are skipped by name, with what mends it. */

const executablePath = findBrowser();
if (executablePath === null && process.env.REGIONS_REQUIRE_BROWSER === "1")
  throw new Error(`REGIONS_REQUIRE_BROWSER=1, and there is no Chromium: ${mend}`);

/** Starts a browser, with arguments of its own for the program. */
export type Launch = (args?: readonly string[]) => Promise<Browser>;

/** A group of tests that get a browser, which they start when they run. */
export function describeWithBrowser(name: string, body: (launch: Launch) => void): void {
  if (executablePath === null) {
    process.stderr.write(`skipped, no Chromium (as root: ${mend}): ${name}\n`);
    describe.skip(name, () => body(() => Promise.reject(new Error("There is no Chromium."))));
    return;
  }
  describe(name, () =>
    body((args = []) =>
      chromium.launch({
        executablePath,
        args: [...args],
        // Chromium has no sandbox of its own for root, as whom containers run.
        chromiumSandbox: process.getuid?.() !== 0,
      }),
    ),
  );
}
