import type { AuthClient, GoogleAuth } from "google-auth-library";
import { cleanReason, GoogleError } from "./google-error.ts";

/** Reading is all that a look needs; it asks for no more. */
const readOnlyScope = "https://www.googleapis.com/auth/cloud-platform.read-only";
/** What changes something needs this one; so does impersonation, which is a call of its own. */
const writeScope = "https://www.googleapis.com/auth/cloud-platform";
const patienceMs = 30_000;

/** The library's own words, which `reasonOf` knows. */
const noneFound = "Could not load the default credentials";

export const credentialsMend =
  "run `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS to a service account file, or GOOGLE_OAUTH_ACCESS_TOKEN to an access token";

export interface GoogleCredentials {
  /** An access token that is good now. Rejects with GoogleError (`denied`), whose reason says what to type. */
  token(): Promise<string>;
  /** Project that a user's own credentials name as the payer of calls; null for all other credentials. */
  quotaProject(): Promise<string | null>;
  /** What the token comes from, for people: "service account file", "environment variable X", … No secrets. */
  readonly origin: string;
}

export interface GoogleCredentialsInput {
  /** Environment variables, as the caller sees them. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What the token is for. Default "read": it can change nothing, whoever gets hold of it. */
  readonly access?: "read" | "write";
  /**
   * False: where `env` names neither a token nor a file, there are none, whatever this machine and the environment of
   * the process have. Default true.
   */
  readonly asksTheMachine?: boolean;
  /** Loads google-auth-library; a test gives its own. */
  readonly load?: () => Promise<Pick<typeof import("google-auth-library"), "GoogleAuth" | "Impersonated">>;
}

/**
 * Finds credentials in this order: an access token in the environment (GOOGLE_OAUTH_ACCESS_TOKEN,
 * CLOUDSDK_AUTH_ACCESS_TOKEN); else the file of GOOGLE_APPLICATION_CREDENTIALS, else Application Default Credentials
 * (gcloud's file, the metadata server). These are turned into the account of GOOGLE_IMPERSONATE_SERVICE_ACCOUNT or
 * CLOUDSDK_AUTH_IMPERSONATE_SERVICE_ACCOUNT where one is set. Nothing is read or loaded before the first token.
 * Unless `asksTheMachine` is false, google-auth-library itself reads GOOGLE_APPLICATION_CREDENTIALS, from the environment
 * of the process.
 */
export function googleCredentials(input: GoogleCredentialsInput): GoogleCredentials {
  const { env } = input;
  const scope = input.access === "write" ? writeScope : readOnlyScope;
  const given = firstSet(env, "GOOGLE_OAUTH_ACCESS_TOKEN", "CLOUDSDK_AUTH_ACCESS_TOKEN");
  const impersonated = firstSet(env, "GOOGLE_IMPERSONATE_SERVICE_ACCOUNT", "CLOUDSDK_AUTH_IMPERSONATE_SERVICE_ACCOUNT");
  const file = firstSet(env, "GOOGLE_APPLICATION_CREDENTIALS");
  if (given !== null) {
    return {
      origin: `environment variable ${given.name}`,
      token: async () => given.value,
      quotaProject: async () => env.GOOGLE_CLOUD_QUOTA_PROJECT || null,
    };
  }
  const load = input.load ?? (() => import("google-auth-library"));
  let client: Promise<AuthClient> | null = null;
  let asking: Promise<string> | null = null;
  const source = file === null ? "application default credentials" : "the file of GOOGLE_APPLICATION_CREDENTIALS";
  const origin = impersonated === null ? source : `${impersonated.value}, impersonated from ${source}`;

  async function open(): Promise<AuthClient> {
    if (input.asksTheMachine === false && file === null) throw new Error(noneFound);
    const library = await load();
    const auth: GoogleAuth = new library.GoogleAuth({
      scopes: [impersonated === null ? scope : writeScope],
      ...(input.asksTheMachine === false && file !== null ? { keyFilename: file.value } : {}),
    });
    const found = await auth.getClient();
    if (impersonated === null) return found;
    return new library.Impersonated({
      sourceClient: found,
      targetPrincipal: impersonated.value,
      targetScopes: [scope],
      lifetime: 3600,
    });
  }

  async function ask(): Promise<string> {
    client ??= open();
    try {
      const { token } = await within(
        client.then((found) => found.getAccessToken()),
        patienceMs,
      );
      if (typeof token === "string" && token !== "") return token;
    } catch (thrown) {
      client = null;
      throw new GoogleError({ kind: "denied", reason: reasonOf(thrown, origin) });
    }
    throw new GoogleError({ kind: "denied", reason: `${origin} gave no access token; ${credentialsMend}` });
  }

  return {
    origin,
    token() {
      // The library caches the token until shortly before it ends; one question at a time is enough.
      asking ??= ask().finally(() => {
        asking = null;
      });
      return asking;
    },
    async quotaProject() {
      if (client === null) return null;
      return (await client.catch(() => null))?.quotaProjectId ?? null;
    },
  };
}

function firstSet(
  env: Readonly<Record<string, string | undefined>>,
  ...names: string[]
): { name: string; value: string } | null {
  for (const name of names) {
    const value = env[name]?.trim();
    if (value !== undefined && value !== "") return { name, value };
  }
  return null;
}

function reasonOf(thrown: unknown, origin: string): string {
  const message = thrown instanceof Error ? thrown.message : "";
  if (message.includes(noneFound)) {
    return `no Google credentials were found; ${credentialsMend}`;
  }
  if (/does not exist|ENOENT|EACCES/.test(message)) {
    return `${origin} could not be used: it cannot be read; ${credentialsMend}`;
  }
  // The text of such an error quotes the file, which holds a private key.
  if (thrown instanceof SyntaxError || /JSON|PEM|DECODER/i.test(message)) {
    return `${origin} could not be used: it is no valid credentials file; ${credentialsMend}`;
  }
  // The library quotes answers of the token service; nothing of the key itself is in them.
  if (message.includes("invalid_grant") || message.includes("invalid_rapt")) {
    return `${origin} are no longer valid; ${credentialsMend}`;
  }
  return `${origin} could not be used: ${cleanReason(message)}; ${credentialsMend}`;
}

function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1000} s`)), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
