import type { ServerResponse } from "node:http";

/** How long a closing server waits for those who joined it. */
const lingerMs = 30_000;

/** The open connections of processes that joined: while one is there, the server must not go away under it. */
export interface Holds {
  /** Keeps the connection open until its peer ends it; refuses when the server is closing. */
  add(response: ServerResponse): void;
  /** Takes no more, and resolves when none is left or the time is up. */
  end(): Promise<void>;
}

export function createHolds(): Holds {
  const open = new Set<ServerResponse>();
  let ended: (() => void) | null = null;
  let closing = false;
  return {
    add(response) {
      if (closing) {
        response.writeHead(503, { connection: "close" }).end();
        return;
      }
      open.add(response);
      response.on("close", () => {
        open.delete(response);
        if (open.size === 0) ended?.();
      });
      response.writeHead(200, { "content-type": "text/plain" });
      response.write("held\n");
    },
    async end() {
      closing = true;
      if (open.size === 0) return;
      await new Promise<void>((done) => {
        ended = done;
        setTimeout(done, lingerMs).unref();
      });
      for (const response of open) response.destroy();
    },
  };
}
