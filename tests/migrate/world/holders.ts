import type { HolderLook, HoldersPort } from "../../../src/migrate/ports/world.ts";
import { Refused } from "../../../src/migrate/ports/world.ts";
import type { HolderRef } from "../../../src/model/move.ts";
import { from, name } from "./place.ts";

/** Marked, so that a search finds it wherever it must not be. */
export const secretMark = "planted-secret";

export interface Holder {
  readonly ref: HolderRef;
  /** As the provider keeps it, with a secret in its query. */
  url: string;
  /** Where the URL leads; null: to another site. */
  region: string | null;
  others: Record<string, string>;
  /** When somebody else led it last, and where. */
  ledByHand: { readonly at: number; readonly to: string } | null;
}

export interface Holders extends HoldersPort {
  readonly all: Map<string, Holder>;
  add(ref: HolderRef): Holder;
  /** Region that a field leads to now. */
  leads(ref: HolderRef): string | null;
  /** What the move did that no stranger excuses. */
  readonly wrongs: string[];
}

/** `isLive`: whether anything answers in a region, or did until a moment ago. */
export function createHolders(isLive: (region: string) => boolean): Holders {
  const all = new Map<string, Holder>();
  const wrongs: string[] = [];
  const idOf = ({ kind, id, field }: HolderRef): string => `${kind}:${id}:${field}`;
  const urlOf = (region: string): string =>
    `https://${region}-demo.cloudfunctions.net/${name}?token=${secretMark}-query`;
  return {
    all,
    wrongs,
    add(ref) {
      const holder: Holder = {
        ref,
        url: urlOf(from),
        region: from,
        others: { events: "a1", description: "b2", status: "c3" },
        ledByHand: null,
      };
      all.set(idOf(ref), holder);
      return holder;
    },
    leads: (ref) => all.get(idOf(ref))?.region ?? null,
    async look(ref): Promise<HolderLook | null> {
      const holder = all.get(idOf(ref));
      if (holder === undefined) return null;
      const { region, others } = holder;
      return { region, function: region === null ? null : name, active: true, others: { ...others } };
    },
    async reaching(_name, region) {
      return [...all.values()].flatMap((holder) => (holder.region === region ? [holder.ref] : []));
    },
    async lead(ref, _name, back, there) {
      const holder = all.get(idOf(ref));
      if (holder === undefined) throw new Refused(`${ref.kind} knows no ${ref.label}.`);
      if (holder.region !== back && holder.region !== there) throw new Refused(`${ref.label} leads elsewhere by now.`);
      if (!isLive(there)) wrongs.push(`it led ${ref.label} to ${there}, where nothing is`);
      holder.region = there;
      holder.url = urlOf(there);
    },
  };
}
