import { Refused, Unseen } from "../ports/world.ts";

type ServiceError = Error & { readonly kind?: unknown; readonly reason?: unknown };

/** Errors of the clients in the words of the ports. Nobody knows whether an uncertain write has come about: look again. */
export async function seen<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { kind, reason } = error as ServiceError;
    if (typeof kind !== "string" || typeof reason !== "string") throw error;
    if (kind === "invalid" || kind === "denied") throw new Refused(`${what}: ${reason}`);
    throw new Unseen(`${what}: ${reason}`);
  }
}
