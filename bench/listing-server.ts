// Cloud Functions as the listing bench needs it: 30,000 functions over 40 regions, 10,000 of them in one region, each
// call answered after 100 ms. Prints its base URL when it listens; ends with its standard input.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const perPage = 1000;
const delayMs = 100;
const sizes = new Map<string, number>([["europe-west1", 10_000]]);
for (let index = 0; index < 39; index += 1) {
  // 20,000 over the other 39 regions.
  sizes.set(`region-east${index + 1}`, Math.floor(20_000 / 39) + (index < 20_000 % 39 ? 1 : 0));
}

function record(region: string, index: number): object {
  const id = `handlerOfSomething${index}`;
  return {
    name: `projects/bench/locations/${region}/functions/${id}`,
    environment: "GEN_2",
    state: "ACTIVE",
    url: `https://${region}-bench.cloudfunctions.net/${id}`,
    updateTime: "2026-11-02T08:30:00.123456789Z",
    labels: {
      "deployment-tool": "cli-firebase",
      "deployment-callable": "true",
      "firebase-functions-hash": "0123456789abcdef0123456789abcdef01234567",
    },
    buildConfig: { runtime: "nodejs22" },
    serviceConfig: {
      service: `projects/bench/locations/${region}/services/${id.toLowerCase()}`,
      uri: `https://${id.toLowerCase()}-k3v7q2m9xa-ew.a.run.app`,
      availableMemory: "256Mi",
      availableCpu: "0.1666",
      maxInstanceCount: 10,
      maxInstanceRequestConcurrency: 1,
      timeoutSeconds: 60,
      serviceAccountEmail: "481516234200-compute@developer.gserviceaccount.com",
    },
  };
}

const all = [...sizes].flatMap(([region, size]) => Array.from({ length: size }, (_, index) => record(region, index)));
const byRegion = new Map([...sizes.keys()].map((region) => [region, [] as object[]]));
for (const item of all) byRegion.get(/locations\/([^/]+)/.exec((item as { name: string }).name)?.[1] ?? "")?.push(item);

/** Pages as bytes, made before anything is measured. */
const pages = new Map<string, Buffer>();
for (const [location, records] of [...byRegion, ["-", all] as const]) {
  for (let from = 0; from < records.length; from += perPage) {
    const next = from + perPage < records.length ? { nextPageToken: String(from + perPage) } : {};
    pages.set(
      `${location}/${from}`,
      Buffer.from(JSON.stringify({ functions: records.slice(from, from + perPage), ...next })),
    );
  }
}
const locations = Buffer.from(
  JSON.stringify({
    locations: [...sizes.keys()].map((locationId) => ({ locationId, metadata: { environments: ["GEN_2"] } })),
  }),
);

const server = createServer((request, response) => {
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const location = /\/locations\/([^/]+)\/functions$/.exec(url.pathname)?.[1];
  const body =
    location === undefined ? locations : pages.get(`${location}/${url.searchParams.get("pageToken") ?? "0"}`);
  setTimeout(() => {
    response.writeHead(body === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(body ?? "{}");
  }, delayMs);
});
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
process.stdin.on("end", () => process.exit(0)).resume();
