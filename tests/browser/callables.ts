import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What a function answers to what it was sent. */
export type Answer = (data: unknown) => unknown;

export interface Callables {
  /** Where the function of a project's region is called. */
  /** Host and port, for pages that are built for an emulator. */
  readonly address: string;
  readonly urlOf: (project: string, region: string, name: string) => string;
  close(): Promise<void>;
}

/**
 * Stands for functions that are deployed: answers calls by the protocol of callables at /PROJECT/REGION/NAME. Where no
 * function is, there is a 404 without a CORS header, as Google answers. `answers` are keyed by "REGION/NAME"; what
 * they throw is an error of the kind "failed-precondition".
 */
export async function startCallables(answers: Readonly<Record<string, Answer>>): Promise<Callables> {
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text) => {
      body += text;
    });
    request.on("end", () => {
      const [, , region = "", name = ""] = (request.url ?? "").split("/");
      const answer = answers[`${region}/${name}`];
      if (answer === undefined) {
        response.writeHead(404, { "content-type": "text/html" }).end("<h1>Page not found</h1>");
        return;
      }
      const headers = {
        "access-control-allow-headers": "authorization,content-type",
        "content-type": "application/json",
        "access-control-allow-origin": request.headers.origin ?? "*",
      };
      if (request.method === "OPTIONS") {
        response.writeHead(204, headers).end();
        return;
      }
      if (request.headers.authorization?.startsWith("Bearer ") !== true) {
        response.writeHead(401, headers).end(failure("UNAUTHENTICATED", "Sign in first."));
        return;
      }
      try {
        const result = answer((JSON.parse(body) as { data: unknown }).data);
        response.writeHead(200, headers).end(JSON.stringify({ result }));
      } catch (error) {
        response.writeHead(400, headers).end(failure("FAILED_PRECONDITION", (error as Error).message));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    urlOf: (project, region, name) => `http://127.0.0.1:${port}/${project}/${region}/${name}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function failure(status: string, message: string): string {
  return JSON.stringify({ error: { status, message } });
}
