import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as library from "google-auth-library";
import { afterEach, describe, expect, test, vi } from "vitest";
import { GoogleError } from "../../src/clients/google-error.ts";
import { googleCredentials } from "../../src/clients/google-token.ts";
import { sendJson, startServer, type TestServer } from "./http-server.ts";

const servers: TestServer[] = [];
const folders: string[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  vi.unstubAllEnvs();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** The environment with a credentials file of that content, also for the process, where the library looks. */
function envWith(content: unknown): { GOOGLE_APPLICATION_CREDENTIALS: string } {
  const folder = mkdtempSync(join(tmpdir(), "regions-token-"));
  folders.push(folder);
  const file = join(folder, "credentials.json");
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", file);
  return { GOOGLE_APPLICATION_CREDENTIALS: file };
}

async function failureOf(promise: Promise<unknown>): Promise<GoogleError> {
  const thrown: unknown = await promise.then(
    () => null,
    (error) => error,
  );
  expect(thrown).toBeInstanceOf(GoogleError);
  return thrown as GoogleError;
}

const neverLoaded = () => Promise.reject(new Error("the library must not be loaded"));

/** The library with a client whose token is given, recording how it was set up. */
function libraryWith(token: () => Promise<{ token?: string | null }>) {
  const setUps: unknown[] = [];
  const impersonations: unknown[] = [];
  class GoogleAuth {
    constructor(options: unknown) {
      setUps.push(options);
    }
    async getClient() {
      return { getAccessToken: token, quotaProjectId: "payer" };
    }
  }
  class Impersonated {
    constructor(options: unknown) {
      impersonations.push(options);
    }
    getAccessToken = async () => ({ token: "impersonated" });
  }
  const load = async () => ({ GoogleAuth, Impersonated }) as unknown as typeof library;
  return { load, setUps, impersonations };
}

describe("googleCredentials", () => {
  test.each(["GOOGLE_OAUTH_ACCESS_TOKEN", "CLOUDSDK_AUTH_ACCESS_TOKEN"])(
    "a token in %s is used as it is, without the library",
    async (name) => {
      const credentials = googleCredentials({ env: { [name]: " ya29.given \n" }, load: neverLoaded });
      expect(await credentials.token()).toBe("ya29.given");
      expect(await credentials.quotaProject()).toBeNull();
      expect(credentials.origin).toBe(`environment variable ${name}`);
    },
  );

  test("default credentials are asked for the read-only scope alone, and once for many callers", async () => {
    let asked = 0;
    const { load, setUps } = libraryWith(async () => {
      asked += 1;
      return { token: `t${asked}` };
    });
    const credentials = googleCredentials({ env: {}, load });
    expect(await Promise.all([credentials.token(), credentials.token(), credentials.token()])).toEqual([
      "t1",
      "t1",
      "t1",
    ]);
    expect(await credentials.quotaProject()).toBe("payer");
    expect(setUps).toEqual([{ scopes: ["https://www.googleapis.com/auth/cloud-platform.read-only"] }]);
  });

  test.each(["GOOGLE_IMPERSONATE_SERVICE_ACCOUNT", "CLOUDSDK_AUTH_IMPERSONATE_SERVICE_ACCOUNT"])(
    "%s impersonates that account with the read-only scope",
    async (name) => {
      const { load, setUps, impersonations } = libraryWith(async () => ({ token: "source" }));
      const account = "auditor@acme.iam.gserviceaccount.com";
      expect(await googleCredentials({ env: { [name]: account }, load }).token()).toBe("impersonated");
      expect(setUps).toEqual([{ scopes: ["https://www.googleapis.com/auth/cloud-platform"] }]);
      expect(impersonations).toMatchObject([
        { targetPrincipal: account, targetScopes: ["https://www.googleapis.com/auth/cloud-platform.read-only"] },
      ]);
    },
  );

  test("what changes something asks for the scope that may, also through another account", async () => {
    const whole = "https://www.googleapis.com/auth/cloud-platform";
    const { load, setUps, impersonations } = libraryWith(async () => ({ token: "source" }));
    await googleCredentials({ env: {}, access: "write", load }).token();
    const account = "mover@acme.iam.gserviceaccount.com";
    await googleCredentials({ env: { GOOGLE_IMPERSONATE_SERVICE_ACCOUNT: account }, access: "write", load }).token();
    expect(setUps).toEqual([{ scopes: [whole] }, { scopes: [whole] }]);
    expect(impersonations).toMatchObject([{ targetPrincipal: account, targetScopes: [whole] }]);
  });

  test("no credentials at all say what to type", async () => {
    const { load } = libraryWith(async () => {
      throw new Error("Could not load the default credentials. Browse to https://cloud.google.com/docs/…");
    });
    const error = await failureOf(googleCredentials({ env: {}, load }).token());
    expect(error.kind).toBe("denied");
    expect(error.reason).toMatch(/^no Google credentials were found; run `gcloud auth application-default login`/);
  });

  test("a credentials file that is not there, or is no JSON, is told without quoting it", async () => {
    const gone = envWith("");
    rmSync(gone.GOOGLE_APPLICATION_CREDENTIALS);
    const missing = googleCredentials({ env: gone });
    expect((await failureOf(missing.token())).reason).toMatch(
      /^the file of GOOGLE_APPLICATION_CREDENTIALS could not be used: it cannot be read; run `gcloud/,
    );
    const broken = googleCredentials({ env: envWith("PRIVATEKEY-marked {{{") });
    const { reason } = await failureOf(broken.token());
    expect(reason).toContain("it is no valid credentials file");
    expect(reason).not.toContain("marked");
  });

  test("a service account file is exchanged for a token of the read-only scope, by the real library", async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const bodies: string[] = [];
    const server = await startServer((_request, response) => {
      sendJson(response, { access_token: "ya29.exchanged", expires_in: 3600, token_type: "Bearer" });
    });
    servers.push(server);
    const env = envWith({
      type: "service_account",
      project_id: "acme",
      client_email: "auditor@acme.iam.gserviceaccount.com",
      private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
      token_uri: `${server.base}/token`,
    });
    // The library asks Google's own token service whatever the file says, so its transport is led to the test's.
    class GoogleAuth extends library.GoogleAuth {
      constructor(options: library.GoogleAuthOptions) {
        super({
          ...options,
          clientOptions: {
            transporterOptions: {
              fetchImplementation: async (_input: unknown, init?: RequestInit) => {
                bodies.push(String(init?.body));
                return fetch(`${server.base}/token`, { method: "POST", body: String(init?.body) });
              },
            },
          },
        });
      }
    }
    const load = async () => ({ ...library, GoogleAuth }) as unknown as typeof library;
    const credentials = googleCredentials({ env, load });
    expect(await credentials.token()).toBe("ya29.exchanged");
    const assertion = new URLSearchParams(bodies[0]).get("assertion") ?? "";
    const claims = JSON.parse(Buffer.from(assertion.split(".")[1] ?? "", "base64url").toString()) as { scope: string };
    expect(claims.scope).toBe("https://www.googleapis.com/auth/cloud-platform.read-only");
  });
});
