import type { JsonObject } from "../state/json.ts";
import type { Refusal } from "../state/refusal.ts";
import type { Call, Reply } from "./call.ts";

/** One route of a service. */
export interface Route {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** The call changes something, were it the real service; the request log says so. */
  readonly writes: boolean;
  /** What it changes lies on the senders' shelf alone, and the state stays as it is. */
  readonly onShelf: boolean;
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly handle: Handler;
}

/** An object is answered with status 200. */
export type Handler = (call: Call) => Reply | JsonObject | Promise<Reply | JsonObject>;

/** One host with its routes and its way to refuse. */
export interface Service {
  /** Host the real service has: "cloudfunctions.googleapis.com". */
  readonly host: string;
  readonly routes: readonly Route[];
  /** Null when the caller has shown what the service asks for; else the answer. */
  readonly authorize: (call: Call) => Reply | null;
  /** A refusal in the service's own error shape. */
  readonly refuse: (refusal: Refusal) => Reply;
}

/**
 * A route that only reads. In a path pattern `{x}` is one path part without ":" and `{x+}` one with it, so that
 * ".../functions/{id}:getIamPolicy" keeps the verb out of the ID.
 */
export function reads(method: Route["method"], path: string, handle: Handler): Route {
  return route(method, path, handle, false, false);
}

/** A route that changes something. */
export function writes(method: Route["method"], path: string, handle: Handler): Route {
  return route(method, path, handle, true, false);
}

/** A route that changes only what the senders keep. */
export function shelves(method: Route["method"], path: string, handle: Handler): Route {
  return route(method, path, handle, true, true);
}

function route(
  method: Route["method"],
  path: string,
  handle: Handler,
  writesSomething: boolean,
  onShelf: boolean,
): Route {
  const names: string[] = [];
  const source = path.replace(/[.*?^$()|[\]\\]|\{(\w+)(\+?)\}/g, (text, name: string | undefined, plus: string) => {
    if (name === undefined) return `\\${text}`;
    names.push(name);
    return plus === "+" ? "([^/]+)" : "([^/:]+)";
  });
  return { method, writes: writesSomething, onShelf, pattern: new RegExp(`^${source}$`), names, handle };
}

export interface RouteMatch {
  readonly route: Route;
  readonly params: Record<string, string>;
}

/** Finds the route of a request; null where the service has none for this method and path. */
export function findRoute(service: Service, method: string, path: string): RouteMatch | null {
  for (const candidate of service.routes) {
    if (candidate.method !== method) continue;
    const match = candidate.pattern.exec(path);
    if (match === null) continue;
    const params: Record<string, string> = {};
    candidate.names.forEach((name, index) => {
      params[name] = decode(match[index + 1] ?? "");
    });
    return { route: candidate, params };
  }
  return null;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
