import { parseFunctionUrl } from "../../model/function-url.ts";
import type { CopyAddress } from "../run/delivery.ts";
import { functionUrls, partsOf } from "../state/names.ts";
import type { State } from "../state/state.ts";

/** Whom a URL reaches. */
export type Addressee =
  /** A copy of the sandbox's project; whether it is deployed is for the delivery to say. */
  | { readonly kind: "copy"; readonly copy: CopyAddress; readonly path: string; readonly host: string }
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
  const target = parseFunctionUrl(text);
  if (target?.form === "cloudfunctions" && target.project === state.project && target.region !== null) {
    return {
      kind: "copy",
      copy: { region: target.region, id: target.name },
      path: withoutParts(url, 1),
      host: url.host,
    };
  }
  if (target?.form === "run-hash" || target?.form === "run-number") return serviceAddressee(state, url);
  if (target?.form === "emulator" && url.origin === base && target.region !== null) {
    const copy = { region: target.region, id: target.name };
    return {
      kind: "copy",
      copy,
      path: withoutParts(url, 3),
      host: `${target.region}-${state.project}.cloudfunctions.net`,
    };
  }
  if (isLoopback(url)) return { kind: "local", url: url.href };
  return { kind: "nobody", status: null, reason: "the sandbox sends nothing beyond this machine" };
}

function serviceAddressee(state: State, url: URL): Addressee {
  for (const name of Object.keys(state.functions)) {
    const { region, id } = partsOf(name);
    if (!functionUrls(state, region, id).includes(url.origin)) continue;
    return { kind: "copy", copy: { region, id }, path: `${url.pathname}${url.search}`, host: url.host };
  }
  return { kind: "nobody", status: 404, reason: "no function of the project has this address" };
}

/** Path and query without the leading parts that name the copy. */
function withoutParts(url: URL, count: number): string {
  const parts = url.pathname.split("/").slice(count + 1);
  return `/${parts.join("/")}${url.search}`;
}

function isLoopback(url: URL): boolean {
  return /^https?:$/.test(url.protocol) && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
}
