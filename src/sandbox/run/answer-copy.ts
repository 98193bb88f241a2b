import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import type { World } from "../http/call.ts";
import { withoutSecrets } from "../request-log.ts";
import type { Addressed } from "./address.ts";
import { deliverCounted } from "./deliver-counted.ts";

/** Answers a request that came over the network for a deployed copy, and logs it under the host the code sees. */
export async function answerCopy(
  world: World,
  { copy, host, path }: Addressed,
  request: { readonly method: string; readonly headers: IncomingHttpHeaders; readonly bytes: Buffer },
  response: ServerResponse,
): Promise<void> {
  const headers: Record<string, string> = { "x-forwarded-for": "127.0.0.1", "x-forwarded-proto": "https" };
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  headers.host = host;
  const delivery = world.delivery ?? world.runtime;
  const answer = await deliverCounted(world, delivery, copy, {
    method: request.method,
    path,
    headers,
    body: request.bytes,
  });
  world.log.add({
    at: world.now().toISOString(),
    method: request.method,
    host,
    path: withoutSecrets(`/${copy.id}${path}`),
    status: answer.status,
    writes: false,
    faults: [],
  });
  if (response.destroyed) return;
  const { "set-cookie": cookies, ...others } = answer.headers;
  const empty = request.method === "HEAD" || answer.status === 204 || answer.status === 304;
  response.writeHead(answer.status, {
    ...others,
    ...(cookies === undefined ? {} : { "set-cookie": cookies.split("\n") }),
    ...(empty ? {} : { "content-length": answer.body.length }),
  });
  response.end(empty ? undefined : answer.body);
}
