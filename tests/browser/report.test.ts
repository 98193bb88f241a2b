import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { FleetDocument } from "../../src/model/document.ts";
import { htmlPage } from "../../src/report/document/html/page.ts";
import { run } from "../cli/run.ts";
import { emptyDocument, gapDocument, hostileDocument, shopDocument } from "../report/document/sample.ts";
import { copyOfTheFleet } from "../story/copy.ts";
import { describeWithBrowser } from "./chromium.ts";

/* The page of `regions report` as it is opened: from a file, in a browser, by whoever got it. */

const phone = { width: 360, height: 780 };
const desktop = { width: 1280, height: 900 };

const unfold = "for (const one of document.querySelectorAll('details')) one.open = true;";

interface Opened {
  readonly page: Page;
  /** What the browser had to say, and everything it asked of anybody, the page itself aside. */
  readonly told: readonly string[];
}

describeWithBrowser("the page of a report", (launch) => {
  let browser: Browser;
  let folder: string;
  let fleet: string;
  const closing: (() => Promise<void>)[] = [];
  const fileOf = (name: string) => join(folder, `${name}.html`);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "regions-report-"));
    fleet = copyOfTheFleet("report-page");
    const hash = (text: string) => `sha256-${createHash("sha256").update(text).digest("base64")}`;
    const write = (name: string, document: FleetDocument) =>
      writeFileSync(fileOf(name), htmlPage(document, null, hash));
    const history = [9.1, null, 8.7].map((overall, index) => ({
      takenAt: `2026-11-${10 + index}T06:00:00Z`,
      project: "acme-prod",
      environment: "production",
      overall,
      parts: {},
      errors: 4 - index,
      warnings: 0,
      gaps: index,
      notAsked: [],
    }));
    write("shop", shopDocument({ history }));
    write("gap", gapDocument());
    write("empty", emptyDocument());
    write("hostile", hostileDocument());
    const [made] = await Promise.all([
      run(["report", "--today", "2026-11-22", "-o", fileOf("story"), "--quiet"], { cwd: fleet }),
      launch().then((one) => {
        browser = one;
      }),
    ]);
    expect([made.code, made.stdout, made.stderr]).toEqual([0, "", ""]);
  }, 120_000);
  afterEach(async () => {
    await Promise.all(closing.splice(0).map((close) => close()));
  });
  afterAll(async () => {
    await browser?.close();
    for (const one of [folder, fleet]) if (one !== undefined) rmSync(one, { recursive: true, force: true });
  });

  const open = async (name: string, options: BrowserContextOptions = {}, hash = ""): Promise<Opened> => {
    const context = await browser.newContext({ viewport: desktop, ...options });
    closing.push(() => context.close());
    context.setDefaultTimeout(30_000);
    const page = await context.newPage();
    const told: string[] = [];
    const own = pathToFileURL(fileOf(name)).href;
    page.on("console", (message) => told.push(`console: ${message.text()}`));
    page.on("pageerror", (error) => told.push(`error: ${error.message}`));
    page.on("dialog", (dialog) => {
      told.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("request", (request) => {
      if (request.url().split("#")[0] !== own && request.url() !== "data:,") told.push(`request: ${request.url()}`);
    });
    await page.goto(own + hash);
    return { page, told };
  };

  it.each(["story", "shop", "gap", "empty", "hostile"])(
    "of %s says nothing, asks for nothing, and fits",
    async (name) => {
      const { page, told } = await open(name);
      const tooWide = () =>
        page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
      for (const viewport of [desktop, phone]) {
        await page.setViewportSize(viewport);
        expect([viewport.width, await tooWide()]).toEqual([viewport.width, 0]);
      }
      await page.evaluate(unfold);
      expect(await tooWide()).toBe(0);
      expect(told).toEqual([]);
    },
  );

  it.each([
    ["story", "light"],
    ["story", "dark"],
    ["gap", "light"],
    ["gap", "dark"],
    ["shop", "light"],
  ] as const)("of %s has no serious problem of access in the %s scheme", async (name, colorScheme) => {
    const { page, told } = await open(name, { colorScheme, viewport: phone });
    await page.evaluate(axe.source);
    const found = await page.evaluate<{ id: string; impact: string; where: string }[]>(
      "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id, impact, nodes }) => ({ id, impact, where: nodes[0].html })))",
    );
    expect(found.filter(({ impact }) => impact === "serious" || impact === "critical")).toEqual([]);
    expect(told).toEqual([]);
  });

  it("filters the map by text, region, class and rule, and keeps the filter in the address", async () => {
    const { page, told } = await open("story");
    const matches = page.locator("#matches");
    const shown = () => page.locator(".functions > li:visible summary > code").allTextContents();
    const hash = () => page.evaluate<string>("location.hash");
    await expect.poll(() => matches.textContent()).toBe("424 of 424 functions");

    await page.getByLabel("Function, caller or file").fill("stripeweb");
    expect([await matches.textContent(), await shown(), await hash()]).toEqual([
      "1 of 424 functions",
      ["stripeWebhook"],
      "#map?text=stripeweb",
    ]);
    // Who calls is found, too.
    await page.getByLabel("Function, caller or file").fill("CallCheckout");
    expect((await shown()).sort()).toEqual(["createAndScheduleCall", "createPaymentIntent"]);

    await page.getByRole("button", { name: "Clear" }).click();
    await expect.poll(hash).toBe("#map");
    expect(await matches.textContent()).toBe("424 of 424 functions");

    await page.getByLabel("Region", { exact: true }).selectOption("europe-west1");
    await page.getByLabel("Finding", { exact: true }).selectOption("duplicate-function");
    expect([await shown(), await hash()]).toEqual([
      ["registerChatter", "registerInfluencer", "registerBlogger", "registerGroupAdmin", "twilioConferenceWebhook"],
      "#map?region=europe-west1&rule=duplicate-function",
    ]);
    await page.getByLabel("Class", { exact: true }).selectOption("calls");
    expect(await shown()).toEqual(["twilioConferenceWebhook"]);

    const address = await hash();
    const again = await open("story", {}, address);
    expect(await again.page.locator("#matches").textContent()).toBe("1 of 424 functions");
    expect(await again.page.getByLabel("Class", { exact: true }).inputValue()).toBe("calls");
    expect([...told, ...again.told]).toEqual([]);
  });

  it("takes an address that it does not know for none", async () => {
    for (const hash of ["#map?region=mars&class=core", "#%E0%A4%A", "#fn-nobody", "#map?text="]) {
      const { page, told } = await open("story", {}, hash);
      const expected = hash.includes("core") ? "214 of 424 functions" : "424 of 424 functions";
      expect([hash, await page.locator("#matches").textContent(), told]).toEqual([hash, expected, []]);
    }
  });

  it("leads from a finding to its function and on, through what is folded and filtered away", async () => {
    const { page, told } = await open("story");
    await page.locator("#filter-text").fill("nothing like this");
    expect(await page.locator("#no-match").isVisible()).toBe(true);
    await page.locator("#findings").getByRole("link", { name: "stripeWebhook" }).first().click();
    const entry = page.locator("#fn-stripeWebhook");
    await expect.poll(() => entry.getAttribute("open")).toBe("");
    expect(await entry.locator("dl").textContent()).toContain("stripe · Payments and subscriptions");
    expect(await page.evaluate("[location.hash, document.activeElement.tagName]")).toEqual([
      "#fn-stripeWebhook",
      "SUMMARY",
    ]);
    // Closed by hand, the same link opens it again.
    await entry.locator("summary").click();
    await page.locator("#findings").getByRole("link", { name: "stripeWebhook" }).first().click();
    await expect.poll(() => entry.getAttribute("open")).toBe("");
    await entry.getByRole("link", { name: "wrong-region" }).click();
    expect(await page.evaluate("document.querySelector(':target').textContent")).toContain("stripeWebhook answers in");
    // A region's card filters the map.
    await page.locator("#regions").getByRole("link", { name: "europe-west2" }).click();
    await expect.poll(() => page.locator("#matches").textContent()).toBe("143 of 424 functions");
    expect(told).toEqual([]);
  });

  it("is read by keyboard: a skip link first, focus that can be seen, controls that are real", async () => {
    const { page } = await open("shop");
    const focused = () =>
      page.evaluate<{ text: string; top: boolean; seen: boolean }>(`(() => {
        const at = document.activeElement;
        const { outlineStyle, outlineWidth } = getComputedStyle(at);
        const seen = outlineStyle !== "none" && outlineWidth !== "0px";
        return { text: at.textContent, top: at.getBoundingClientRect().top >= 0, seen };
      })()`);
    await page.keyboard.press("Tab");
    expect(await focused()).toEqual({ text: "Skip to the report", top: true, seen: true });
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement.id")).toBe("main");
    await page.locator("#fn-stripeWebhook > summary").focus();
    await page.keyboard.press("Enter");
    expect(await page.locator("#fn-stripeWebhook dl").isVisible()).toBe(true);
    await page.keyboard.press("Tab");
    expect((await focused()).seen).toBe(true);
    expect(await page.locator("[tabindex]:not(main):not(.scroll), [role=button]").count()).toBe(0);
  });

  it("shows everything without JavaScript, and no control that does nothing", async () => {
    const { page, told } = await open("story", { javaScriptEnabled: false });
    expect(await page.locator("#filter").isVisible()).toBe(false);
    expect(await page.locator(".functions > li:visible").count()).toBe(424);
    expect(await page.locator(".fn dl:visible").count()).toBe(424);
    expect(await page.locator("#consistency tbody tr:visible").count()).toBe(6 + 24 + 8);
    expect(told).toEqual([]);
  });

  it("is printed in light colours with what is folded, and without what only a screen can use", async () => {
    const { page } = await open("story", { colorScheme: "dark" });
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    const seen = async (selector: string) => page.locator(selector).first().isVisible();
    expect(await Promise.all(["nav", "#filter", ".skip"].map(seen))).toEqual([false, false, false]);
    expect(await page.locator(".functions > li:visible").count()).toBe(424);
    const ground = await page.evaluate("getComputedStyle(document.body).color");
    expect(ground).toBe("rgb(27, 36, 46)");
    const paper = await page.pdf({ format: "A4" });
    const pages = paper.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    expect(pages).toBeGreaterThan(3);
    expect(pages).toBeLessThan(30);
  });

  it("runs nothing of a name, whatever is opened, filtered and followed", async () => {
    const { page, told } = await open("hostile");
    await page.evaluate(unfold);
    const choices = await page.locator("#filter-region option").count();
    for (let index = 1; index < choices; index++) {
      await page.locator("#filter-region").selectOption({ index });
      expect(await page.locator("#matches").textContent()).not.toMatch(/^0 of/);
    }
    // The address carries the name, and the page that opens with it finds the same.
    const counted = await page.locator("#matches").textContent();
    const again = await open("hostile", {}, await page.evaluate<string>("location.hash"));
    expect(await again.page.locator("#matches").textContent()).toBe(counted);
    await page.getByRole("button", { name: "Clear" }).click();
    for (const link of await page.locator("#findings a, #regions a, #flows a").all()) await link.click();
    for (const { page: one } of [{ page }, again]) {
      expect(await one.evaluate("window.hurt ?? null")).toBeNull();
      expect(await one.locator("img, iframe, main script, main style").count()).toBe(0);
    }
    expect([...told, ...again.told]).toEqual([]);
  });
});
