import { type IncomingMessage, type ServerResponse, request as send } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { selfSigned } from "./certificate.ts";

/** What stands for a host: answers what the browser has sent to it. `url` is what the browser asked for. */
export type Site = (url: URL, request: IncomingMessage, response: ServerResponse) => void;

export interface Internet {
  /** Arguments of a Chromium to which every host but the loopback one is here. */
  readonly browserArguments: readonly string[];
  close(): Promise<void>;
}

/**
 * The internet that a browser sees: each https host is what `siteOf` says, and nothing (502) where that is null. The
 * browser sends its requests as ever, over its own network stack with TLS, so it preflights them, and judges the answers
 * itself; nothing is intercepted.
 */
export async function openInternet(siteOf: (host: string) => Site | null): Promise<Internet> {
  const server = createServer(selfSigned("every host"), (request, response) => {
    const url = new URL(request.url ?? "/", `https://${request.headers.host}`);
    const site = siteOf(url.hostname);
    if (site === null) response.writeHead(502).end();
    else site(url, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    // A proxy of the machine's would look hosts up by itself.
    browserArguments: ["--no-proxy-server", `--host-resolver-rules=MAP * 127.0.0.1:${port}, EXCLUDE 127.0.0.1`],
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Hands requests on to another server as they are, and its answers back as they are. */
export function handOn(target: (url: URL) => string): Site {
  return (url, request, response) => {
    const { host: _, ...headers } = request.headers;
    const onward = send(target(url), { method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", (error) => {
      if (!response.headersSent) response.writeHead(502);
      response.end(error.message);
    });
    request.pipe(onward);
  };
}
