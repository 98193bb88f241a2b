import type { Browser, BrowserContextOptions, Page, Route } from "playwright-core";
import type { Callables } from "./callables.ts";
import { callsIn, functionAddress, networkLog, type Sent, type SentCall } from "./network-log.ts";
import { stripeScript } from "./stripe-script.ts";

export interface Visit {
  readonly page: Page;
  /** Everything the page has sent so far, in order. */
  readonly sent: readonly Sent[];
  /** Requests to hosts that nothing here stands for; they were refused. */
  readonly strays: readonly string[];
  /** What the page has thrown and nothing has caught. */
  readonly errors: readonly string[];
  calls(): readonly SentCall[];
  close(): Promise<void>;
}

/**
 * A window of its own, in which the addresses of Cloud Functions lead to `callables` and Stripe.js is a stand-in. What
 * the page asks of the network is taken from the browser's log, before anything here has touched it.
 */
export async function visit(
  browser: Browser,
  origin: string,
  callables: Pick<Callables, "urlOf">,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({ locale: "en-GB", ...options });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const strays: string[] = [];
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  const sent = await networkLog(context, page);
  await context.route("**/*", async (route: Route) => {
    const url = route.request().url();
    const [, region, project, name] = functionAddress.exec(url) ?? [];
    if (region !== undefined && project !== undefined && name !== undefined) {
      const response = await route.fetch({ url: callables.urlOf(project, region, name) });
      // An answer that does not allow the page to read it is none to the page; handed on here, it would be allowed.
      if (response.headers()["access-control-allow-origin"] === undefined) await route.abort();
      else await route.fulfill({ response });
    } else if (url === "https://js.stripe.com/v3/") {
      await route.fulfill({ contentType: "text/javascript", body: stripeScript });
    } else if (url.startsWith(origin) || /^https?:\/\/(?:127\.0\.0\.1|localhost)[:/]/.test(url)) {
      await route.continue();
    } else {
      strays.push(url);
      await route.abort();
    }
  });
  return {
    page,
    sent,
    strays,
    errors,
    calls: () => callsIn(sent),
    close: () => context.close(),
  };
}
