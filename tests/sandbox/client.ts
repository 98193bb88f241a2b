import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { smallSeed } from "./small-seed.ts";

export type Answer = { status: number; headers: Headers; body: Record<string, unknown> };

/** A clock that stands still until it is told to go on. */
export function testClock(start = "2026-11-22T12:00:00.000Z"): { now: () => Date; advance: (ms: number) => void } {
  let time = Date.parse(start);
  return {
    now: () => new Date(time),
    advance(ms) {
      time += ms;
    },
  };
}

export function startSmall(folder: string | null = null, now = testClock().now): Promise<Sandbox> {
  return startSandbox({ folder, seed: smallSeed, now });
}

/** One request with the credentials that go with the host. `path` starts with a Google host or a root path. */
export async function ask(
  sandbox: { base: string; token: string },
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${sandbox.base}/${path}`, {
    method,
    headers: { authorization: `Bearer ${sandbox.token}`, "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? {} : JSON.parse(text) };
}

export const functions = "cloudfunctions.googleapis.com/v2/projects/acme-test/locations";
export const run = "run.googleapis.com/v2/projects/acme-test/locations";
