import { join } from "node:path";
import type { BucketObjects } from "../../clients/bucket-objects.ts";
import type { Endpoint } from "../../clients/endpoint.ts";
import type { Google } from "../../clients/google.ts";
import type { GoogleOptions } from "../../clients/google-send.ts";
import type { GoogleWriter } from "../../clients/google-write.ts";
import type { Environment } from "../../manifest/manifest.ts";
import type { SandboxAccess } from "../../sandbox/access.ts";
import type { Io } from "../io.ts";
import type { HolderAccess } from "./holder-access.ts";

/** The outside services of one environment, ready to be called. */
export interface Services {
  readonly endpoint: Endpoint;
  readonly google: Google;
  /** Opens what changes things at Google, with credentials that may: for commands that write. */
  readonly writer: () => Promise<GoogleWriter>;
  /** Opens the objects of one bucket. `signal` in place of the command's own; null: nothing ends what is asked of it. */
  readonly bucket: (name: string, signal?: AbortSignal | null) => Promise<BucketObjects>;
  /** What Google's access token comes from, for people; no secret. */
  readonly origin: string;
  readonly token: () => Promise<string>;
  /** Access to the providers that comes with the sandbox; null: the environment's own is used. */
  readonly access: HolderAccess | null;
  close(): Promise<void>;
}

/** Folder of the embedded sandbox's state, below the manifest's folder. */
export function sandboxFolder(root: string): string {
  return join(root, ".regions", "sandbox");
}

/**
 * Opens what `environment.endpoint` names: the real services with the user's credentials, the embedded sandbox (joined
 * where one runs, else started for this command), or a stand-in. Nothing is sent before the first call. `send` stands in for
 * `fetch` where Google is asked.
 */
export async function openServices(
  environment: Pick<Environment, "endpoint">,
  root: string,
  io: Io,
  send: typeof fetch = fetch,
): Promise<Services> {
  const { createGoogle } = await import("../../clients/google.ts");
  if (environment.endpoint === "google") {
    const { googleCredentials } = await import("../../clients/google-token.ts");
    const credentials = googleCredentials({ env: io.env, asksTheMachine: io.asksTheMachine !== false });
    const endpoint: Endpoint = { base: null };
    const token = () => credentials.token();
    const google = createGoogle({
      endpoint,
      token,
      quotaProject: () => credentials.quotaProject(),
      signal: io.signal,
      fetch: send,
    });
    let mighty: ReturnType<typeof googleCredentials> | null = null;
    const mightier = () => {
      mighty ??= googleCredentials({ env: io.env, access: "write", asksTheMachine: io.asksTheMachine !== false });
      return mighty;
    };
    const opened = writing({
      endpoint,
      token: () => mightier().token(),
      quotaProject: () => mightier().quotaProject(),
      signal: io.signal,
      fetch: send,
    });
    return { endpoint, google, ...opened, origin: credentials.origin, token, access: null, close: async () => {} };
  }
  if (environment.endpoint === "sandbox") {
    const { joinOrStartSandbox } = await import("../../sandbox/join.ts");
    const sandbox = await joinOrStartSandbox(sandboxFolder(root));
    const endpoint: Endpoint = { base: sandbox.base };
    const token = async () => sandbox.token;
    const options = { endpoint, token, signal: io.signal, fetch: send };
    const google = createGoogle(options);
    const access = sandboxAccess(sandbox.access);
    const opened = writing(options);
    return { endpoint, google, ...opened, origin: "the sandbox", token, access, close: () => sandbox.close() };
  }
  const endpoint: Endpoint = { base: environment.endpoint };
  // A stand-in is not Google: the user's own token must never be sent there.
  const token = async () => "stand-in";
  const options = { endpoint, token, signal: io.signal, fetch: send };
  const google = createGoogle(options);
  const opened = writing(options);
  return { endpoint, google, ...opened, origin: "a stand-in", token, access: null, close: async () => {} };
}

/** What changes something, opened once it is asked for. */
function writing(options: GoogleOptions): Pick<Services, "writer" | "bucket"> {
  return {
    async writer() {
      const { createGoogleWriter } = await import("../../clients/google-write.ts");
      return createGoogleWriter(options);
    },
    async bucket(name, signal) {
      const { createBucketObjects } = await import("../../clients/bucket-objects.ts");
      if (signal === undefined) return createBucketObjects(options, name);
      const { signal: _, ...others } = options;
      return createBucketObjects(signal === null ? others : { ...others, signal }, name);
    },
  };
}

/** The sandbox has all providers, with access of its own. */
function sandboxAccess(access: SandboxAccess): HolderAccess {
  const [token] = access.telegram;
  return {
    stripe: { key: access.stripe },
    twilio: access.twilio,
    telegram: token === undefined ? null : { token },
    configured: new Set(["stripe", "twilio", "telegram"]),
    gaps: [],
  };
}
