import type { IncomingMessage, ServerResponse } from "node:http";
import type { ChildStart } from "./messages.ts";

/**
 * The metadata server as code on Google sees it: project, region and an access token that opens nothing but the
 * sandbox. So no client library looks for credentials of the machine.
 */
export function answerMetadata(start: ChildStart, request: IncomingMessage, response: ServerResponse): void {
  const flavor = { "metadata-flavor": "Google", server: "Metadata Server for Serverless" };
  if (request.headers["metadata-flavor"] !== "Google") {
    response.writeHead(403, flavor).end();
    return;
  }
  const url = new URL(request.url ?? "/", "http://metadata");
  const path = url.pathname.replace(/^\/computeMetadata\/v1\/?/, "").replace(/\/$/, "");
  const account = `instance/service-accounts/(?:default|${start.account.replaceAll(".", "[.]")})`;
  const answers: readonly (readonly [RegExp, () => string])[] = [
    [/^(instance)?$/, () => ""],
    [/^project\/project-id$/, () => start.project],
    [/^project\/numeric-project-id$/, () => start.projectNumber],
    [/^instance\/region$/, () => `projects/${start.projectNumber}/regions/${start.region}`],
    [/^instance\/zone$/, () => `projects/${start.projectNumber}/zones/${start.region}-1`],
    [/^universe\/universe[-_]domain$/, () => "googleapis.com"],
    [new RegExp(`^${account}$`), () => JSON.stringify({ email: start.account, aliases: ["default"], scopes: [scope] })],
    [new RegExp(`^${account}/email$`), () => start.account],
    [new RegExp(`^${account}/scopes$`), () => scope],
    [
      new RegExp(`^${account}/token$`),
      () => JSON.stringify({ access_token: "sandbox", expires_in: 3600, token_type: "Bearer" }),
    ],
    [new RegExp(`^${account}/identity$`), () => identity(start.account, url.searchParams.get("audience") ?? "")],
  ];
  const answer = answers.find(([pattern]) => pattern.test(path))?.[1];
  if (answer === undefined) {
    response.writeHead(404, flavor).end();
    return;
  }
  const body = answer();
  const type = body.startsWith("{") ? "application/json" : "application/text";
  response.writeHead(200, { ...flavor, "content-type": type }).end(body);
}

const scope = "https://www.googleapis.com/auth/cloud-platform";

/** An identity token without a signature, which only the sandbox takes. */
export function identity(email: string, audience: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const seconds = Math.floor(Date.now() / 1000);
  const claims = { iss: "https://accounts.google.com", aud: audience, sub: email, email, email_verified: true };
  return `${part({ alg: "none", typ: "JWT" })}.${part({ ...claims, iat: seconds, exp: seconds + 3600 })}.sandbox`;
}
