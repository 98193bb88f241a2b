import { expect } from "vitest";
import { createGoogleWriter } from "../../src/clients/google-write.ts";
import type { PatienceOptions } from "../../src/clients/patience.ts";
import type { Seed } from "../../src/sandbox/seed.ts";
import type { Sandbox } from "../../src/sandbox/server.ts";
import { ask } from "../sandbox/client.ts";
import { smallSeed } from "../sandbox/small-seed.ts";

/** Stands in every secret of these tests; nothing that may be written down has it. */
export const mark = "MARKEDSECRET";
export const telegramToken = `7012345678:AA${mark}sandboxsandboxsandbox`;

/** The small project, with secrets in addresses and tokens. */
export const markedSeed: Seed = {
  ...smallSeed,
  stripe: {
    ...smallSeed.stripe,
    endpoints: smallSeed.stripe.endpoints.map((row) => ({ ...row, url: `${row.url}&key=${mark}` })),
  },
  telegram: { bots: smallSeed.telegram.bots.map((bot) => ({ ...bot, token: telegramToken })) },
};

/** The sandbox's clock, which waits put forward. */
export function virtualTime(sandbox: Sandbox, start: () => number): Required<Pick<PatienceOptions, "now" | "sleep">> {
  let offset = 0;
  return {
    now: () => start() + offset,
    async sleep(ms) {
      offset += ms;
      await ask(sandbox, "POST", "_sandbox/clock", { advanceMs: ms });
    },
  };
}

export const sandboxStart = Date.parse("2026-11-22T12:00:00.000Z");

/** How a client reaches the sandbox: by its clock, without chance. */
export function reach(sandbox: Sandbox) {
  return {
    endpoint: { base: sandbox.base },
    random: () => 0.5,
    ...virtualTime(sandbox, () => sandboxStart),
  };
}

export function writerTo(sandbox: Sandbox) {
  return createGoogleWriter({ ...reach(sandbox), token: async () => `ya29.${mark}` });
}

/** The error of what must fail; it has no secret in it. */
export async function failureOf(promise: Promise<unknown>): Promise<Error & { kind?: string; status?: number }> {
  const thrown: unknown = await promise.then(
    (value) => ({ resolved: value }),
    (error) => error,
  );
  expect(thrown).toBeInstanceOf(Error);
  const error = thrown as Error;
  expect(clean([error.message, error.stack, { ...error }])).toBeDefined();
  return error;
}

/** The value, after a search for secrets in all that it shows. */
export function clean<T>(value: T): T {
  expect(JSON.stringify(value)).not.toContain(mark);
  return value;
}

/** All that an iteration gives. */
export async function listed<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** How often something was asked to change, by method and path. */
export function writesIn(sandbox: Sandbox): string[] {
  return sandbox.log
    .entries()
    .filter(({ writes, host }) => writes && host !== "_sandbox")
    .map(({ method, path, status }) => `${method} ${path} ${status ?? "lost"}`);
}
