// A live listing of 30,000 functions over 40 regions, ten pages in the longest, 100 ms a call, against the plainest loop
// that reads those ten pages one after the other. Both in one process, in turn; the server is a process of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createGoogle } from "../src/clients/google.ts";
import { readDeployedLive } from "../src/sources/deployed/live.ts";
import { type Figure, printIfMain } from "./figure.ts";
import { median } from "./paired.ts";

const rounds = 7;

export async function listing(): Promise<Figure> {
  const program = fileURLToPath(new URL("listing-server.ts", import.meta.url));
  const server = spawn(process.execPath, [program], { stdio: ["pipe", "pipe", "inherit"] });
  try {
    const [line] = (await once(server.stdout, "data")) as [Buffer];
    const base = line.toString().trim();
    const pairs: { look: number; chain: number }[] = [];
    await timed(() => look(base));
    await timed(() => longestChain(base));
    for (let round = 0; round < rounds; round += 1) {
      const chain = await timed(() => longestChain(base));
      pairs.push({ chain, look: await timed(() => look(base)) });
    }
    const looks = median(pairs.map((pair) => pair.look));
    const chains = median(pairs.map((pair) => pair.chain));
    return {
      what: "listing 30,000 functions over 40 regions, in-process",
      against: "its longest chain of ten pages, 100 ms a call",
      ratio: median(pairs.map((pair) => pair.look / pair.chain)),
      target: 1.3,
      detail: `${looks.toFixed(0)} ms, ${chains.toFixed(0)} ms`,
    };
  } finally {
    server.stdin.end();
  }
}

async function look(base: string): Promise<void> {
  const google = createGoogle({ endpoint: { base }, token: async () => "bench" });
  const { facts, gaps } = await readDeployedLive(google, "bench", { now: () => new Date(), facets: [] });
  if (facts?.functions.length !== 30_000 || gaps.length > 0) throw new Error("the listing is not whole");
}

async function longestChain(base: string): Promise<void> {
  let read = 0;
  for (let pageToken = ""; ; ) {
    const query = pageToken === "" ? "" : `?pageToken=${pageToken}`;
    const response = await fetch(
      `${base}/cloudfunctions.googleapis.com/v2/projects/bench/locations/europe-west1/functions${query}`,
    );
    const page = (await response.json()) as { functions: unknown[]; nextPageToken?: string };
    read += page.functions.length;
    if (page.nextPageToken === undefined) break;
    pageToken = page.nextPageToken;
  }
  if (read !== 10_000) throw new Error("the chain is not whole");
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

await printIfMain(import.meta.url, listing);
