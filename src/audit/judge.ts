import type { Fleet } from "./fleet.ts";
import type { Placement } from "./placement.ts";

/** Whether something answers where a stray URL or region points. */
export type Answer = "answers" | "silent" | "not looked";

/** What a region named by a caller or a holder amounts to. */
export type Judgement =
  | { readonly kind: "fine" }
  /** The region is at fault and can be mended now. */
  | { readonly kind: "stray"; readonly region: string; readonly expected: readonly string[]; readonly answer: Answer }
  /** A consequence of where the function itself is; belongs to that finding. */
  | { readonly kind: "follows"; readonly region: string }
  /** Cannot be said, because this region was not read. */
  | { readonly kind: "unread"; readonly region: string };

/** Judges one region that is named for a function which somebody knows. */
export function judge(region: string, placement: Placement, fleet: Fleet): Judgement {
  const presence = fleet.presence(placement.name, region);
  const answer: Answer = presence === "live" ? "answers" : presence === "absent" ? "silent" : "not looked";
  if (placement.wanted.length === 0) {
    // Nobody says where it belongs: where it is live is the only measure.
    if (presence === "live") return { kind: "fine" };
    if (presence !== "absent") return { kind: "unread", region };
    const live = placement.copies.map((copy) => copy.region);
    return live.length > 0 ? { kind: "stray", region, expected: live, answer } : { kind: "follows", region };
  }
  if (placement.accepted.includes(region)) {
    if (presence !== "absent") return { kind: "fine" };
    if (placement.standing === "moving" && placement.wanted.includes(region)) {
      return { kind: "stray", region, expected: stillLive(placement), answer };
    }
    // After the move has emptied its old region, or while a wanted copy is missing.
    if (placement.wanted.includes(region)) return { kind: "follows", region };
    return placement.liveWanted.length > 0
      ? { kind: "stray", region, expected: placement.liveWanted, answer }
      : { kind: "follows", region };
  }
  switch (placement.standing) {
    case "in-place":
      return { kind: "stray", region, expected: placement.wanted, answer };
    case "moving":
      // The new copy is not there yet: whoever strays can only be sent to the old one.
      return { kind: "stray", region, expected: stillLive(placement), answer };
    case "overdue":
    case "misplaced":
    case "missing":
      return { kind: "follows", region };
    case "unknown":
      // It may be the only copy there is; then moving the function comes before mending the caller.
      if (presence === "live") return { kind: "unread", region: placement.unreadWanted[0] ?? region };
      // No wanted copy is live, and this may be where the only one is.
      if (presence === "unread" && placement.unreadWanted.length === 0 && fleet.facts !== null) {
        return { kind: "unread", region };
      }
      return { kind: "stray", region, expected: placement.wanted, answer };
  }
}

/** The region a move starts from, where the one it goes to has no copy. */
function stillLive(placement: Placement): readonly string[] {
  return placement.accepted.filter((region) => !placement.wanted.includes(region));
}
