import { scramble } from "../state/names.ts";

/**
 * Stands in for the token that Google signs for a service account: the claims are those of the real one, the signature
 * is none. `time` in seconds.
 */
export function oidcToken(email: string, audience: string, time: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = {
    aud: audience,
    azp: scramble(email, 21),
    email,
    email_verified: true,
    exp: time + 3600,
    iat: time,
    iss: "https://accounts.google.com",
    sub: scramble(email, 21),
  };
  return `${part({ alg: "RS256", kid: "sandbox", typ: "JWT" })}.${part(claims)}.${Buffer.from("sandbox").toString("base64url")}`;
}
