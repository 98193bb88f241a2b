import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { PatienceOptions } from "../../src/clients/patience.ts";

export interface Asked {
  /** Path and query as they came. */
  readonly url: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, text as it is. */
  readonly body: unknown;
  /** Breaks the connection after half of the body. */
  readonly cut?: boolean;
}

/** A server on this machine that answers as a provider does. It ends with the test. */
export async function standIn(answer: (asked: Asked) => Answer | undefined) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://here");
    const one = { url: request.url ?? "", path: pathname, query: searchParams, headers: request.headers };
    asked.push(one);
    send(response, answer(one) ?? { status: 404, body: { error: { code: "no_such_route" } } });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { endpoint: { base }, asked };
}

function send(response: ServerResponse, { status = 200, headers = {}, body, cut = false }: Answer): void {
  const isText = typeof body === "string";
  const text = isText ? body : JSON.stringify(body);
  const type = isText ? "text/html" : "application/json";
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(text), ...headers });
  if (!cut) response.end(text);
  else response.write(text.slice(0, text.length / 2), () => response.destroy());
}

/** Time that passes only by waiting, so that a minute of refusals takes no time at all. */
export function patience(): { options: Omit<PatienceOptions, "signal">; waits: number[] } {
  const waits: number[] = [];
  let clock = Date.parse("2026-11-22T09:00:00Z");
  return {
    waits,
    options: {
      now: () => clock,
      random: () => 0,
      sleep: async (ms) => {
        waits.push(ms);
        clock += ms;
      },
    },
  };
}
