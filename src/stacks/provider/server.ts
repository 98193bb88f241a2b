import { Server, ServerCredentials, type UntypedServiceImplementation } from "@grpc/grpc-js";
import grpcPb from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type { LabelRules } from "./labels.ts";
import { Pace } from "./pace.ts";
import { type Patience, usualPatience } from "./patience.ts";
import type { Context } from "./resource-type.ts";
import { Rest } from "./rest.ts";
import { providerService, type Sessions } from "./service.ts";
import { isValues, type Values } from "./values.ts";

export interface ProviderOptions {
  /** "http://127.0.0.1:PORT" of the stand-in: each Google host is a folder below it. */
  readonly endpoint: string;
  /** Bearer token for it. */
  readonly token: string;
  /** Project of resources and providers that name none. */
  readonly project: string;
  /** Hears of every write, and of what the provider was told. No secrets. */
  readonly log?: (line: string) => void;
  /** How long it waits; parts of it in place of the usual ones. */
  readonly patience?: Partial<Patience>;
}

export interface RunningProvider {
  /** Goes into PULUMI_DEBUG_PROVIDERS as `gcp:PORT`. */
  readonly port: number;
  /** Stops all that is under way, and ends. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Serves the gcp provider on 127.0.0.1 for an engine that attaches to it with PULUMI_DEBUG_PROVIDERS. It turns what the
 * engine asks of resources into the REST calls of the real provider. Rejects when no port can be had.
 */
export async function startProvider(options: ProviderOptions): Promise<RunningProvider> {
  const log = options.log ?? (() => {});
  const sessions = createSessions(options);
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  const service = providerService(sessions, log);
  server.addService(grpcPb.ResourceProviderService, service as unknown as UntypedServiceImplementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return {
    port,
    async close() {
      sessions.cancelAll();
      server.forceShutdown();
    },
  };
}

interface Settings {
  readonly project: string;
  readonly region: string | null;
  readonly labels: LabelRules;
}

interface Session {
  readonly settings: Settings;
  readonly rest: Rest;
  readonly stopping: AbortController;
  readonly stop: AbortController;
}

/** Every instance of the provider in a program has a connection of its own, which tells them apart. */
function createSessions(options: ProviderOptions): Sessions {
  const byPeer = new Map<string, Session>();
  const patience = { ...usualPatience, ...options.patience };
  // What Google limits is limited for all of them together.
  const pace = new Pace(patience.writesAtOnce);
  const turns = new Pace(1);

  function open(peer: string, settings: Values): Session {
    const stopping = new AbortController();
    const stop = new AbortController();
    const { endpoint, token } = options;
    const rest = new Rest({ endpoint, token, patience, stopping: stopping.signal, signal: stop.signal, pace, turns });
    const session = { settings: readSettings(settings, options.project), rest, stopping, stop };
    byPeer.set(peer, session);
    return session;
  }

  return {
    configure: (peer, settings) => void open(peer, settings),
    context(peer, timeoutSeconds): Context {
      const { settings, rest } = byPeer.get(peer) ?? open(peer, {});
      return { ...settings, rest, withinMs: timeoutSeconds > 0 ? timeoutSeconds * 1000 : null };
    },
    cancel(peer) {
      const session = byPeer.get(peer);
      if (session === undefined) return;
      session.stopping.abort();
      if (patience.finishMs === 0) session.stop.abort();
      else setTimeout(() => session.stop.abort(), patience.finishMs).unref();
    },
    cancelAll() {
      for (const { stopping, stop } of byPeer.values()) {
        stopping.abort();
        stop.abort();
      }
    },
  };
}

function readSettings(settings: Values, project: string): Settings {
  const text = (key: string): string => (typeof settings[key] === "string" ? settings[key] : "");
  return {
    project: text("project") || project,
    region: text("region") || null,
    labels: {
      defaults: textsOf(settings.defaultLabels ?? null),
      // On unless it is switched off, as with the real provider.
      attribution: settings.addPulumiAttributionLabel !== false && text("addPulumiAttributionLabel") !== "false",
    },
  };
}

/** Maps of a provider's arguments arrive as JSON texts. */
function textsOf(value: Values[string]): Record<string, string> {
  let read: unknown = value;
  if (typeof value === "string" && value !== "") {
    try {
      read = JSON.parse(value);
    } catch {
      throw new TypeError("defaultLabels of the gcp provider is no map of texts.");
    }
  }
  return isValues(read) ? Object.fromEntries(Object.entries(read).map(([key, item]) => [key, String(item)])) : {};
}
