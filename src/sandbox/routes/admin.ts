import { timingSafeEqual } from "node:crypto";
import { accessOf } from "../access.ts";
import { type FaultRule, faultProblem } from "../faults.ts";
import { jsonBody } from "../http/body.ts";
import { type Call, param, reply } from "../http/call.ts";
import { googleError } from "../http/google.ts";
import { reads, type Service, writes } from "../http/service.ts";
import { authAdminRoutes } from "../senders/auth/routes.ts";
import { backlogRoute } from "../senders/pubsub/routes.ts";
import { telegramAdminRoutes } from "../senders/telegram/routes.ts";
import { twilioAdminRoutes } from "../senders/twilio/routes.ts";
import type { JsonObject } from "../state/json.ts";
import { Refusal } from "../state/refusal.ts";
import { requestsRoute } from "./admin-requests.ts";
import { secretsRoute } from "./admin-secrets.ts";
import { senderRoutes } from "./admin-senders.ts";

/** Host under which the admin routes are logged; they are reached at `BASE/_sandbox/…`. */
export const adminHost = "_sandbox";

/** The sandbox's own routes: who it is, faults, the request log, what deployed code prints, starting over. They ask for the sandbox's token. */
export const admin: Service = {
  host: adminHost,
  routes: [
    ...senderRoutes,
    ...twilioAdminRoutes,
    ...telegramAdminRoutes,
    ...authAdminRoutes,
    secretsRoute,
    requestsRoute,
    backlogRoute,
    reads("GET", "/_sandbox", (call) => ({
      pid: process.pid,
      startedAt: call.world.startedAt,
      project: call.world.state.project,
    })),
    reads("GET", "/_sandbox/access", (call) => ({ ...accessOf(call.world.state) }) as unknown as JsonObject),
    reads("GET", "/_sandbox/log", (call) => call.world.log.toJson()),
    writes("DELETE", "/_sandbox/log", (call) => {
      call.world.log.clear();
      return {};
    }),
    reads("GET", "/_sandbox/faults", (call) => ({ faults: call.world.faults.list() }) as unknown as JsonObject),
    writes("POST", "/_sandbox/faults", (call) => {
      const rule = jsonBody(call);
      const problem = faultProblem(rule);
      if (problem !== null) throw new Refusal("INVALID_ARGUMENT", problem);
      return reply(201, { id: call.world.faults.add(rule as unknown as FaultRule) });
    }),
    writes("DELETE", "/_sandbox/faults", (call) => {
      call.world.faults.clear();
      return {};
    }),
    writes("DELETE", "/_sandbox/faults/{id}", (call) => {
      if (!call.world.faults.remove(param(call, "id"))) {
        throw new Refusal("NOT_FOUND", `There is no fault ${param(call, "id")}; it may be used up.`);
      }
      return {};
    }),
    reads("GET", "/_sandbox/firestore", async (call) => ({ host: await call.world.firestore.host() })),
    reads("GET", "/_sandbox/children", async (call) => ({ children: await call.world.runtime.children.list() })),
    reads("GET", "/_sandbox/output", (call) => ({ lines: call.world.runtime.log.lines() }) as unknown as JsonObject),
    writes("DELETE", "/_sandbox/output", (call) => {
      call.world.runtime.log.clear();
      return {};
    }),
    writes("POST", "/_sandbox/reset", async (call) => {
      const seed = jsonBody(call).seed ?? "story";
      if (seed !== "story" && seed !== "empty") {
        throw new Refusal("INVALID_ARGUMENT", 'The seed must be "story" or "empty".');
      }
      await call.world.reset(seed);
      return {};
    }),
  ],
  authorize: (call) =>
    hasToken(call) ? null : googleError(401, "UNAUTHENTICATED", "The admin routes need the token of server.json."),
  refuse: (refusal) => googleError(refusal.httpStatus, refusal.status, refusal.message),
};

export function hasToken(call: Pick<Call, "headers" | "world">): boolean {
  const given = Buffer.from(call.headers.authorization ?? "");
  const wanted = Buffer.from(`Bearer ${call.world.token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
