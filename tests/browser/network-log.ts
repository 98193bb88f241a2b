import type { BrowserContext, Page } from "playwright-core";

/** One request as the browser's own network log has it. */
export interface Sent {
  readonly method: string;
  readonly url: string;
  readonly body: string | null;
}

/** A call of a Cloud Function that the browser sent. */
export interface SentCall {
  readonly region: string;
  readonly name: string;
  readonly data: unknown;
}

/** Address of a Cloud Function: region, project, name. */
export const functionAddress = /^https:\/\/([a-z]+-[a-z]+\d+)-([a-z0-9-]+)\.cloudfunctions\.net\/([\w-]+)$/;

/** Everything that a page sends from now on, in order, as the browser's own log tells it. */
export async function networkLog(context: BrowserContext, page: Page): Promise<readonly Sent[]> {
  const sent: Sent[] = [];
  const log = await context.newCDPSession(page);
  log.on("Network.requestWillBeSent", ({ request }) => {
    sent.push({ method: request.method, url: request.url, body: request.postData ?? null });
  });
  await log.send("Network.enable");
  return sent;
}

/** The calls of functions among what was sent, without their preflights. */
export function callsIn(sent: readonly Sent[]): readonly SentCall[] {
  return sent.flatMap(({ method, url, body }) => {
    const [, region, , name] = functionAddress.exec(url) ?? [];
    if (method !== "POST" || region === undefined || name === undefined) return [];
    return [{ region, name, data: (JSON.parse(body ?? "null") as { data: unknown } | null)?.data }];
  });
}
