import { formBody } from "../../http/body.ts";
import type { Call, World } from "../../http/call.ts";
import type { Json, JsonObject } from "../../state/json.ts";
import { scramble } from "../../state/names.ts";
import { deepForm, type FormObject } from "./form.ts";
import { invalid, noSuch, StripeRefusal } from "./refusal.ts";

/** One request to Stripe's API: on whose account, and what its events will say of it. */
export interface StripeCall {
  readonly world: World;
  /** The connected account that header `Stripe-Account` names; null = our own. */
  readonly account: string | null;
  /** Id of the request and its idempotency key; null where Stripe itself is the cause. */
  readonly request: { readonly id: string; readonly key: string | null } | null;
}

/** Seconds since the epoch, as Stripe writes times. */
export function seconds(world: World): number {
  return Math.floor(world.now().getTime() / 1000);
}

/** A fresh id: "pi_3…" with as many letters as Stripe's. */
export function stripeId(world: World, prefix: string): string {
  return `${prefix}_1S${scramble(`${world.state.urlHash}:stripe:${world.shelf.nextNumber()}`, 22)}`;
}

function collectionOf(call: StripeCall, kind: string): string {
  return `stripe:${call.account ?? ""}:${kind}`;
}

export function store(call: StripeCall, object: JsonObject): JsonObject {
  call.world.shelf.put(collectionOf(call, String(object.object)), String(object.id), object);
  return object;
}

export function lookUp(call: StripeCall, kind: string, id: string): JsonObject | undefined {
  return call.world.shelf.get(collectionOf(call, kind), id);
}

/** The object of a path or parameter; `param` is its name, for the error. */
export function find(call: StripeCall, kind: string, id: string, param = "id"): JsonObject {
  const found = lookUp(call, kind, id);
  if (found === undefined) throw noSuch(kind, id, param, param === "id" || param === "intent" ? 404 : 400);
  return found;
}

export function removeObject(call: StripeCall, object: JsonObject): void {
  call.world.shelf.remove(collectionOf(call, String(object.object)), String(object.id));
}

/** All of a kind, the newest first. */
export function allOf(call: StripeCall, kind: string): JsonObject[] {
  return [...call.world.shelf.all(collectionOf(call, kind)).values()].reverse();
}

/** What the account's requests carry as a form, in the query of a GET and in the body of a POST. */
export function formOf(call: Call): FormObject {
  const form = new URLSearchParams(call.query);
  if (call.bytes.length > 0) for (const [name, value] of formBody(call)) form.append(name, value);
  return deepForm(form);
}

/** The account that a request is for; refuses one that is not connected. */
export function accountOf(call: Call): string | null {
  const header = call.headers["stripe-account"];
  if (header === undefined) return null;
  const id = String(header);
  if (call.world.shelf.get("stripe::account", id) !== undefined) return id;
  throw new StripeRefusal(
    "PERMISSION_DENIED",
    `The provided key does not have access to account '${id}' (or that account does not exist). Application access may have been revoked.`,
    { code: "account_invalid" },
  );
}

/** Ids of a kind of object by their prefix, for `expand`. */
const kinds: Readonly<Record<string, string>> = {
  acct: "account",
  ch: "charge",
  cs: "checkout.session",
  cus: "customer",
  in: "invoice",
  pi: "payment_intent",
  price: "price",
  prod: "product",
  re: "refund",
  sub: "subscription",
  tr: "transfer",
};

/** A copy of an object in which the ids at these paths are the objects themselves. */
export function expanded(call: StripeCall, object: JsonObject, paths: Json | undefined): JsonObject {
  if (!Array.isArray(paths) || paths.length === 0) return object;
  const copy = structuredClone(object);
  for (const path of paths) expandAt(call, copy, String(path).split("."), String(path));
  return copy;
}

function expandAt(call: StripeCall, value: Json, path: readonly string[], whole: string): void {
  const [name, ...rest] = path;
  if (name === undefined || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) expandAt(call, item, path, whole);
    return;
  }
  if (typeof value !== "object" || !(name in value)) {
    throw invalid(`This property cannot be expanded (${whole}).`, null, "expand[0]");
  }
  const below = value[name] ?? null;
  if (typeof below === "string") {
    const kind = kinds[below.split("_", 1)[0] ?? ""];
    const found = kind === undefined ? undefined : lookUp(call, kind, below);
    if (found === undefined) throw invalid(`This property cannot be expanded (${whole}).`, null, "expand[0]");
    value[name] = structuredClone(found);
  }
  expandAt(call, value[name] ?? null, rest, whole);
}
