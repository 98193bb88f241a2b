import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

export interface AuthStandIn {
  /** Host and port, for FIREBASE_AUTH_EMULATOR_HOST. */
  readonly address: string;
  close(): Promise<void>;
}

/**
 * The routes of the Auth emulator that deployed code asks for: who somebody is, at each call of a signed-in client, and
 * the change of claims. It knows everybody, and forgets claims: Firebase's own emulator would be a good part of what is
 * measured.
 */
export async function startAuthStandIn(): Promise<AuthStandIn> {
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    address: `127.0.0.1:${port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const route = /\/accounts:(lookup|update)$/.exec(request.url ?? "")?.[1];
  const { localId = [] } =
    route === undefined
      ? {}
      : (JSON.parse(Buffer.concat(chunks).toString("utf8")) as { localId?: readonly string[] | string });
  const found = [localId].flat().map((id) => ({ localId: id, createdAt: "0", lastLoginAt: "0", validSince: "0" }));
  const body = route === "update" ? found[0] : { users: found };
  response.writeHead(route === undefined ? 404 : 200, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** A token as the Auth emulator signs it, which is not at all. */
export function tokenOf(uid: string, project: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: `https://securetoken.google.com/${project}`,
    aud: project,
    auth_time: now,
    user_id: uid,
    sub: uid,
    iat: now,
    exp: now + 3600,
    firebase: { identities: {}, sign_in_provider: "password" },
  };
  return `${part({ alg: "none", typ: "JWT" })}.${part(claims)}.`;
}
