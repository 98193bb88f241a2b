import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import * as framework from "@google-cloud/functions-framework";
import { getTestServer } from "@google-cloud/functions-framework/testing";
import type { DocumentReference } from "firebase-admin/firestore";
import { twilioSignature } from "./doubles/twilio.ts";
import { db } from "./surroundings.ts";

interface Runnable {
  run(request: never): unknown;
}

/** Who calls: a user id and the claims of the token; null for somebody who has not signed in. */
export type Caller = {
  readonly uid: string;
  readonly role?: string;
  readonly email?: string;
  readonly email_verified?: boolean;
} | null;

export const admin: Caller = { uid: "boss", role: "admin" };

const rawRequest = { get: () => undefined };

/** Calls a callable as the SDK does once it has read the token. */
export async function call(target: Runnable, caller: Caller, data: unknown): Promise<Record<string, unknown>> {
  const { uid = "", ...token } = caller ?? {};
  const auth = caller === null ? undefined : { uid, token };
  return (await target.run({ data, auth, rawRequest, acceptsStreaming: false } as never)) as Record<string, unknown>;
}

/** What a callable refused with: "permission-denied: Administrators only."; "accepted" when it did not. */
export async function refusalOf(target: Runnable, caller: Caller, data: unknown): Promise<string> {
  try {
    await call(target, caller, data);
    return "accepted";
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return `${code}: ${message}`;
  }
}

export async function runTask(target: Runnable, data: unknown): Promise<void> {
  await target.run({ data, retryCount: 0 } as never);
}

export async function runSchedule(target: Runnable, scheduleTime: string): Promise<void> {
  await target.run({ scheduleTime } as never);
}

/** The event of a document that was created, as it is delivered each time. */
export async function createdEvent(path: string, values: Record<string, unknown>) {
  const reference = db.doc(path);
  await reference.create(values);
  const data = await reference.get();
  return (target: Runnable) => Promise.resolve(target.run({ data, params: {} } as never));
}

/** Changes a document and gives the event of that. */
export async function updatedEvent(reference: DocumentReference, change: () => Promise<unknown>) {
  const before = await reference.get();
  await change();
  const after = await reference.get();
  return (target: Runnable) => Promise.resolve(target.run({ data: { before, after }, params: {} } as never));
}

const servers = new Map<string, Promise<Server>>();

/** Sends a request to a function that Google's own functions framework serves. */
export async function send(
  name: string,
  target: unknown,
  request: { method?: string; path?: string; headers: Record<string, string>; body: string },
): Promise<{ status: number; body: string }> {
  let started = servers.get(name);
  if (started === undefined) {
    framework.http(name, target as never);
    const server = getTestServer(name);
    started = new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
    servers.set(name, started);
  }
  const server = await started;
  server.unref();
  const { port } = server.address() as AddressInfo;
  const { method = "POST", path = "/" } = request;
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: request.headers,
    ...(method === "GET" ? {} : { body: request.body }),
  });
  return { status: answer.status, body: await answer.text() };
}

/** Sends a form as Twilio does, signed for the public address that it is meant for. */
export function fromTwilio(
  name: string,
  target: unknown,
  form: Record<string, string>,
  options: { address?: string; query?: string; token?: string } = {},
) {
  const { address = "https://europe-west3-demo-regions.cloudfunctions.net", query = "" } = options;
  const signature = twilioSignature(`${address}/${name}${query}`, form, options.token ?? "twilio-token");
  return send(name, target, {
    path: `/${query}`,
    headers: { "content-type": "application/x-www-form-urlencoded", "x-twilio-signature": signature },
    body: new URLSearchParams(form).toString(),
  });
}
