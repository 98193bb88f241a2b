import { admin } from "../routes/admin.ts";
import { artifactRegistry } from "../routes/artifact-registry.ts";
import { billing } from "../routes/billing.ts";
import { compute } from "../routes/compute.ts";
import { eventarc } from "../routes/eventarc.ts";
import { extensions } from "../routes/extensions.ts";
import { firebase } from "../routes/firebase.ts";
import { firestore } from "../routes/firestore.ts";
import { functionsV1Routes } from "../routes/functions-v1.ts";
import { functionsV2Routes } from "../routes/functions-v2.ts";
import { resourceManager } from "../routes/iam.ts";
import { monitoring } from "../routes/monitoring.ts";
import { operationRoutes } from "../routes/operations.ts";
import { pubsub } from "../routes/pubsub.ts";
import { run } from "../routes/run.ts";
import { runtimeConfig } from "../routes/runtime-config.ts";
import { scheduler } from "../routes/scheduler.ts";
import { secretManager } from "../routes/secret-manager.ts";
import { serviceAccounts } from "../routes/service-accounts.ts";
import { serviceUsage } from "../routes/service-usage.ts";
import { storage } from "../routes/storage.ts";
import { stripe } from "../routes/stripe.ts";
import { tasks } from "../routes/tasks.ts";
import { telegram } from "../routes/telegram.ts";
import { twilio, twilioMessaging } from "../routes/twilio.ts";
import { bankPage, checkoutPage, connectPage } from "../senders/stripe/pages.ts";
import { googleService } from "./google.ts";
import { findRoute, type RouteMatch, type Service } from "./service.ts";

const functions = googleService("cloudfunctions.googleapis.com", [
  ...functionsV2Routes,
  ...functionsV1Routes,
  ...operationRoutes,
]);

/** In the order in which a path without a host looks for its service. */
const services: readonly Service[] = [
  stripe,
  functions,
  run,
  scheduler,
  tasks,
  eventarc,
  firebase,
  firestore,
  storage,
  monitoring,
  pubsub,
  resourceManager,
  serviceAccounts,
  serviceUsage,
  artifactRegistry,
  billing,
  compute,
  runtimeConfig,
  extensions,
  secretManager,
  twilio,
  twilioMessaging,
  telegram,
  checkoutPage,
  connectPage,
  bankPage,
];

const byHost = new Map(services.map((service) => [service.host, service]));

export interface Address {
  readonly service: Service | null;
  /** Host the request is for, also one that no service has; null where it names none. */
  readonly host: string | null;
  readonly path: string;
  readonly match: RouteMatch | null;
}

/**
 * Finds whom a request is for: `/HOST/path`, else the Host header of a real service, else the admin routes at
 * `/_sandbox`, else the first service that has a route for the bare path: Stripe's client and Google's own clients know
 * a host and a port but no path in front.
 */
export function addressOf(method: string, path: string, hostHeader: string | undefined): Address {
  if (path === "/_sandbox" || path.startsWith("/_sandbox/")) {
    return { service: admin, host: admin.host, path, match: findRoute(admin, method, path) };
  }
  const [, first = ""] = path.split("/", 2);
  if (/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(first)) return within(first, method, path.slice(first.length + 1) || "/");
  const header = (hostHeader ?? "").replace(/:\d+$/, "").toLowerCase();
  if (byHost.has(header)) return within(header, method, path);
  for (const service of services) {
    const match = findRoute(service, method, path);
    if (match !== null) return { service, host: service.host, path, match };
  }
  return { service: null, host: null, path, match: null };
}

function within(host: string, method: string, path: string): Address {
  const service = byHost.get(host) ?? null;
  return { service, host, path, match: service === null ? null : findRoute(service, method, path) };
}
