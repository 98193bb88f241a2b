import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import type { Browser, Page } from "playwright-core";
import type { FunctionName } from "../flows/fleet-code.ts";
import { openStage, placeOf, project, type Stage } from "../flows/stage.ts";
import { ask } from "../sandbox/client.ts";
import type { Launch } from "./chromium.ts";
import { handOn, type Internet, openInternet, type Site } from "./internet.ts";
import { type MendedPage, serveMendedPage } from "./mended-page.ts";
import { callsIn, functionAddress, networkLog, type SentCall } from "./network-log.ts";
import { createAccount } from "./session.ts";
import { stripeScriptWithApi } from "./stripe-script.ts";

/** Where customers find the page. */
export const origin = "https://lawyers-abroad.example";

/** How long Stripe's events and the tasks are on their way, so that the page can be seen before they have arrived. */
const onTheWayMs = 10_000;

/** The page, the fleet, and the internet between them. */
export interface World {
  readonly stage: Stage;
  readonly page: MendedPage;
  /** Opens a page in a window of its own, and signs up there. */
  begin(path: string, email: string): Promise<Journey>;
  close(): Promise<void>;
}

/** What somebody does on the page, and what comes of it. */
export interface Journey {
  readonly tab: Page;
  /** The calls of functions that the browser's network log has, without their preflights. */
  calls(): readonly SentCall[];
  /** Requests to functions in that log, each once, sorted: "OPTIONS europe-west3 createPaymentIntent". */
  asked(): string[];
  /** Requests that functions answered, in their order: "POST europe-west3 createPaymentIntent 200". */
  answered(): string[];
  /** What reached a copy otherwise, in its order: "stripe invoice.paid → europe-west3 stripeWebhook 200". */
  delivered(): Promise<string[]>;
  /** Every host that the browser has asked for something, sorted. */
  hosts(): string[];
  /** What the page has thrown and nothing has caught. */
  readonly errors: readonly string[];
  end(): Promise<void>;
}

/**
 * The fleet's own code on the sandbox, whose clock stands still until somebody puts it forward; the page as it is built
 * for customers once the story's faults are gone; and a browser to which every host on the internet is one of these.
 */
export async function openWorld(launch: Launch, names: readonly FunctionName[]): Promise<World> {
  const opened: { close(): Promise<unknown> }[] = [];
  const close = async () => {
    for (const one of opened.reverse()) await one.close();
  };
  const kept = <One extends { close(): Promise<unknown> }>(one: One): One => {
    opened.push(one);
    return one;
  };
  try {
    const stage = kept(await openStage(names));
    await stage.admin("POST", "clock", { stop: true });
    for (const sender of ["stripe", "tasks"]) {
      const later = { match: { sender }, do: { kind: "delay", ms: onTheWayMs } };
      await stage.admin("POST", "disturbances", later);
    }
    const all = `cloudfunctions.googleapis.com/v2/projects/${project}/locations/-/functions?pageSize=100`;
    const live = (await ask(stage.sandbox, "GET", all)).body.functions as unknown[];
    const page = kept(await serveMendedPage(live, { VITE_AUTH_EMULATOR: stage.authAddress }));
    const internet: Internet = kept(await openInternet((host) => siteOf(host, stage, page)));
    const browser = kept(await launch(internet.browserArguments));
    return { stage, page, begin: (path, email) => begin(browser, stage, path, email), close };
  } catch (error) {
    // Nobody else would end them: the test that failed has nothing to close.
    await close();
    throw error;
  }
}

function siteOf(host: string, stage: Stage, page: MendedPage): Site | null {
  if (host === new URL(origin).host) return handOn((url) => page.origin + url.pathname + url.search);
  if (host === "js.stripe.com") return sendScript;
  if (host === "api.stripe.com") return (url, request, response) => confirmCard(stage, url, request, response);
  if (host === "t.me") return (_, __, response) => response.end("Telegram");
  const [, region] = /^([a-z]+-[a-z]+\d+)-demo-regions\.cloudfunctions\.net$/.exec(host) ?? [];
  if (region === undefined) return null;
  return handOn((url) => `${stage.sandbox.base}/${project}/${region}${url.pathname}${url.search}`);
}

function sendScript(_: URL, __: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/javascript" }).end(stripeScriptWithApi);
}

/** Stripe's API as its script asks it: the publishable key stands in the form, and any page may read the answer. */
async function confirmCard(stage: Stage, url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const form = new URLSearchParams((await buffer(request)).toString());
  const key = form.get("key") ?? "";
  form.delete("key");
  const answer = await fetch(`${stage.sandbox.base}/api.stripe.com${url.pathname}`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}` },
    body: form,
  });
  const headers = { "content-type": "application/json", "access-control-allow-origin": "*" };
  response.writeHead(answer.status, headers).end(await answer.text());
}

async function begin(browser: Browser, stage: Stage, path: string, email: string): Promise<Journey> {
  const requests = () =>
    stage.sandbox.log
      .entries()
      .filter(({ host }) => host?.endsWith(".cloudfunctions.net"))
      .map(({ method, host, path: behind, status }) => `${method} ${placeOf(`https://${host}${behind}`)} ${status}`);
  const before = { requests: requests().length, deliveries: (await stage.deliveries()).length };
  const context = await browser.newContext({ locale: "en-GB", ignoreHTTPSErrors: true });
  context.setDefaultTimeout(30_000);
  const tab = await context.newPage();
  const errors: string[] = [];
  tab.on("pageerror", (error) => errors.push(error.message));
  const sent = await networkLog(context, tab);
  await tab.goto(origin + path);
  await createAccount(tab, email);
  const sorted = (all: readonly string[]) => [...new Set(all)].sort();
  return {
    tab,
    errors,
    calls: () => callsIn(sent),
    asked: () => {
      const toFunctions = sent.filter(({ url }) => functionAddress.test(url));
      return sorted(toFunctions.map(({ method, url }) => `${method} ${placeOf(url)}`));
    },
    answered: () => requests().slice(before.requests),
    delivered: async () => {
      const rows = (await stage.deliveries()).slice(before.deliveries);
      return rows.map(({ sender, type, url, status }) => `${sender} ${type} → ${placeOf(url)} ${status}`);
    },
    hosts: () => sorted(sent.map(({ url }) => new URL(url).hostname)),
    end: () => context.close(),
  };
}
