import type { StripeReader } from "../../clients/stripe.ts";
import type { Gap } from "../../model/gap.ts";
import type { Holder } from "../../model/holders.ts";
import { collect, type HolderRead, holderGap, labelOf } from "./holder-read.ts";
import { holderUrl } from "./holder-url.ts";

/** Webhook endpoints (v1) and event destinations (v2, where the account has them) that name a URL. */
export async function readStripe(stripe: StripeReader): Promise<HolderRead> {
  const [endpoints, destinations] = await Promise.all([
    collect(stripe.webhookEndpoints()),
    collect(stripe.eventDestinations()),
  ]);
  const holders: Holder[] = [];
  const gaps: Gap[] = [];
  for (const { id, description, status, url } of endpoints.items) {
    if (typeof url !== "string" || url === "") {
      gaps.push(holderGap("stripe", id, "Stripe does not show the URL of this webhook endpoint"));
      continue;
    }
    holders.push({
      kind: "stripe",
      id,
      label: labelOf(description) ?? id,
      field: "url",
      ...holderUrl(url),
      active: status !== "disabled",
      region: null,
    });
  }
  if (endpoints.error !== null) gaps.push(holderGap("stripe", "stripe webhook endpoints", endpoints.error.reason));

  const known = new Set(holders.map((holder) => holder.id));
  for (const { id, name, status, type, webhook_endpoint } of destinations.items) {
    // Other types send to Amazon or Azure. An endpoint that both versions show is one holder.
    if (type !== "webhook_endpoint" || known.has(id)) continue;
    const url = webhook_endpoint?.url;
    if (typeof url !== "string" || url === "") {
      gaps.push(holderGap("stripe", id, "Stripe does not show the URL of this event destination"));
      continue;
    }
    holders.push({
      kind: "stripe",
      id,
      label: labelOf(name) ?? id,
      field: "webhook_endpoint.url",
      ...holderUrl(url),
      active: status !== "disabled",
      region: null,
    });
  }
  // 404 means that this account has no event destinations. A key that is refused has been told once already.
  const told = destinations.error?.kind === "not-found" || destinations.error?.reason === endpoints.error?.reason;
  if (destinations.error !== null && !told) {
    gaps.push(holderGap("stripe", "stripe event destinations", destinations.error.reason));
  }
  const read = endpoints.error === null || holders.length > 0;
  return { holders, gaps, read };
}
