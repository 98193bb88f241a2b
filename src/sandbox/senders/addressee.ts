import { type Addressed, addressedCopy } from "../run/address.ts";
import type { State } from "../state/state.ts";

/** Whom a URL reaches. */
export type Addressee =
  /** A copy of the sandbox's project; whether it is deployed is for the delivery to say. */
  | ({ readonly kind: "copy" } & Addressed)
  /** Something on this machine. */
  | { readonly kind: "local"; readonly url: string }
  /** Nothing that the sandbox would send to; `status` is what its front end answers, null where nobody does. */
  | { readonly kind: "nobody"; readonly status: number | null; readonly reason: string };

/** `base` is the sandbox's own address, under which copies are reached as well. */
export function addresseeOf(state: State, base: string, text: string): Addressee {
  if (!URL.canParse(text)) return { kind: "nobody", status: null, reason: "the URL cannot be read" };
  const url = new URL(text);
  // A fragment never goes over the wire.
  url.hash = "";
  if (/^https?:$/.test(url.protocol)) {
    const addressed = addressedCopy(state, url.host, `${url.pathname}${url.search}`, url.origin === base);
    if (addressed !== null) return { kind: "copy", ...addressed };
    if (url.hostname.endsWith(".run.app")) {
      return { kind: "nobody", status: 404, reason: "no function of the project has this address" };
    }
    if (/^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)) return { kind: "local", url: url.href };
  }
  return { kind: "nobody", status: null, reason: "the sandbox sends nothing beyond this machine" };
}
