import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { parse } from "yaml";
import { googleCredentials } from "../../src/clients/google-token.ts";

/* docs/ci.md, "From GitLab": the job's own commands make credentials that google-auth-library takes, without a key. */

const page = readFileSync(new URL("../../docs/ci.md", import.meta.url), "utf8");
const [, section = ""] = page.split("\n### From GitLab\n");
const [, block = ""] = /```yaml\n([\s\S]*?)```/.exec(section) ?? [];
const { look } = parse(block);

const exchanged = {
  access_token: "federated",
  issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
  token_type: "Bearer",
  expires_in: 3600,
};
const impersonated = { accessToken: "of-ci-look", expireTime: "2099-01-01T00:00:00Z" };

let server: Server | null = null;
let folder: string | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  if (folder !== null) rmSync(folder, { recursive: true, force: true });
});

it("exchanges GitLab's token for one that may only read, as the account that looks", async () => {
  folder = mkdtempSync(join(tmpdir(), "regions-federation-"));
  const project = join(folder, "shop");
  mkdirSync(project);
  const file = look.variables.GOOGLE_APPLICATION_CREDENTIALS.replace("$CI_PROJECT_DIR", project);
  const { status, stderr } = spawnSync(
    "bash",
    ["--noprofile", "--norc", "-eo", "pipefail", "-c", look.before_script.join("\n")],
    {
      cwd: project,
      encoding: "utf8",
      env: {
        PATH: process.env.PATH,
        CI_PROJECT_DIR: project,
        GITLAB_OIDC_TOKEN: "header.claims.signature",
        GOOGLE_APPLICATION_CREDENTIALS: file,
      },
    },
  );
  expect([status, stderr]).toEqual([0, ""]);

  const asked: { path: string; body: string; authorization: string | undefined }[] = [];
  server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    asked.push({ path: request.url ?? "", body, authorization: request.headers.authorization });
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(request.url === "/v1/token" ? exchanged : impersonated));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const text = readFileSync(file, "utf8").replaceAll(/https:\/\/(?:sts|iamcredentials)\.googleapis\.com/g, base);
  writeFileSync(file, text);

  const credentials = googleCredentials({ env: { GOOGLE_APPLICATION_CREDENTIALS: file }, asksTheMachine: false });
  expect(await credentials.token()).toBe("of-ci-look");
  const [exchange, impersonation] = asked;
  const form = new URLSearchParams(exchange?.body);
  expect([form.get("subject_token"), form.get("audience")]).toEqual([
    "header.claims.signature",
    "//iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/ci/providers/gitlab",
  ]);
  expect(impersonation?.path).toBe(
    "/v1/projects/-/serviceAccounts/ci-look@acme-prod.iam.gserviceaccount.com:generateAccessToken",
  );
  expect(impersonation?.authorization).toBe("Bearer federated");
  expect(JSON.parse(impersonation?.body ?? "").scope).toEqual([
    "https://www.googleapis.com/auth/cloud-platform.read-only",
  ]);
});
