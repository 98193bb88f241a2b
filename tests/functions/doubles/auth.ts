import { type Answer, type Asked, Service } from "./service.ts";

/** Firebase Auth, as the Admin SDK speaks to its emulator: accounts with their claims. */
export class Auth extends Service {
  readonly claims = new Map<string, string>();

  override reset(): void {
    super.reset();
    this.claims.clear();
  }

  claimsOf(uid: string): unknown {
    return JSON.parse(this.claims.get(uid) ?? "null");
  }

  override answer({ path, body }: Asked): Answer {
    const { localId, customAttributes } = JSON.parse(body);
    if (path.endsWith("/accounts:lookup")) {
      const [uid] = localId as string[];
      if (uid === undefined || !this.claims.has(uid)) return { body: { kind: "lookup" } };
      return { body: { users: [{ localId: uid, customAttributes: this.claims.get(uid) }] } };
    }
    if (path.endsWith("/accounts:update")) {
      this.claims.set(localId, customAttributes);
      return { body: { localId } };
    }
    return { status: 404, body: { error: { message: `unknown ${path}` } } };
  }
}
