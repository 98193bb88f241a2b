/** From one copy's address to another's: "https://europe-west1-acme.cloudfunctions.net/stripeWebhook". */
export interface AddressMove {
  readonly from: string;
  readonly to: string;
}

export type MovedAddress =
  /** It leads to `from`; `next` is the same below `to`. */
  | { readonly at: "from"; readonly next: string }
  | { readonly at: "to" }
  /** It leads to neither, or is none. */
  | { readonly at: "elsewhere" };

/**
 * Where an address stands in a move. Only what names the copy is replaced: a further path, user info, query and fragment
 * (Twilio's overrides for a connection) stay as they are, so nobody has to keep them to put the address back.
 */
export function movedAddress(current: string, { from, to }: AddressMove): MovedAddress {
  if (!URL.canParse(current)) return { at: "elsewhere" };
  const url = new URL(current);
  const [below, there] = [restBelow(url, from), restBelow(url, to)];
  // One may lie below the other: the longer one that fits is meant, which leaves the shorter rest.
  if (there !== null && (below === null || there.length < below.length)) return { at: "to" };
  if (below === null) return { at: "elsewhere" };
  const target = new URL(to);
  const colon = url.password === "" ? "" : `:${url.password}`;
  const user = url.username === "" && colon === "" ? "" : `${url.username}${colon}@`;
  const path = target.pathname.replace(/\/$/, "");
  const rest = isBare(current) ? "" : below;
  return { at: "from", next: `${target.protocol}//${user}${target.host}${path}${rest}${url.search}${url.hash}` };
}

/** An audience is compared letter by letter: what has no path gets none. */
function isBare(text: string): boolean {
  return /^[a-z][a-z\d+.-]*:\/\/[^/?#]*$/i.test(text);
}

/** The path of `url` behind that of `base`; null where it does not lie there. */
function restBelow(url: URL, base: string): string | null {
  const { host, pathname } = new URL(base);
  const path = pathname.replace(/\/$/, "");
  if (url.host !== host || !url.pathname.startsWith(path)) return null;
  const rest = url.pathname.slice(path.length);
  return rest === "" || rest.startsWith("/") ? rest : null;
}
