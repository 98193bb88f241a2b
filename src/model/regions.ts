/** What is known of a region without asking Google. Dated 2026-11-22; the live `locations` call is the better answer. */
export interface RegionFact {
  /** Two letters of the hash form of run.app URLs. */
  readonly code: string;
  /** Price tier per generation; null = not offered, or not known to be. */
  readonly gen1Tier: 1 | 2 | null;
  readonly gen2Tier: 1 | 2 | null;
}

/** Codes come from Google's gcping endpoint list and public URLs; tiers from Google's price pages. */
export const regions: ReadonlyMap<string, RegionFact> = new Map([
  ["africa-south1", { code: "bq", gen1Tier: null, gen2Tier: 1 }],
  ["asia-east1", { code: "de", gen1Tier: 1, gen2Tier: 1 }],
  ["asia-east2", { code: "df", gen1Tier: 1, gen2Tier: 2 }],
  ["asia-northeast1", { code: "an", gen1Tier: 1, gen2Tier: 1 }],
  ["asia-northeast2", { code: "dt", gen1Tier: 1, gen2Tier: 1 }],
  ["asia-northeast3", { code: "du", gen1Tier: 2, gen2Tier: 2 }],
  ["asia-south1", { code: "el", gen1Tier: 2, gen2Tier: 2 }],
  ["asia-south2", { code: "em", gen1Tier: null, gen2Tier: 2 }],
  ["asia-southeast1", { code: "as", gen1Tier: 2, gen2Tier: 2 }],
  ["asia-southeast2", { code: "et", gen1Tier: 2, gen2Tier: 2 }],
  ["asia-southeast3", { code: "eu", gen1Tier: null, gen2Tier: null }],
  ["australia-southeast1", { code: "ts", gen1Tier: 2, gen2Tier: 2 }],
  ["australia-southeast2", { code: "km", gen1Tier: null, gen2Tier: 2 }],
  ["europe-central2", { code: "lm", gen1Tier: 2, gen2Tier: 2 }],
  ["europe-north1", { code: "lz", gen1Tier: null, gen2Tier: 1 }],
  ["europe-north2", { code: "ma", gen1Tier: null, gen2Tier: 1 }],
  ["europe-southwest1", { code: "no", gen1Tier: null, gen2Tier: 1 }],
  ["europe-west1", { code: "ew", gen1Tier: 1, gen2Tier: 1 }],
  ["europe-west10", { code: "oe", gen1Tier: null, gen2Tier: 2 }],
  ["europe-west12", { code: "og", gen1Tier: null, gen2Tier: 2 }],
  ["europe-west2", { code: "nw", gen1Tier: 1, gen2Tier: 2 }],
  ["europe-west3", { code: "ey", gen1Tier: 2, gen2Tier: 2 }],
  ["europe-west4", { code: "ez", gen1Tier: null, gen2Tier: 1 }],
  ["europe-west6", { code: "oa", gen1Tier: 2, gen2Tier: 2 }],
  ["europe-west8", { code: "oc", gen1Tier: null, gen2Tier: 1 }],
  ["europe-west9", { code: "od", gen1Tier: null, gen2Tier: 1 }],
  ["me-central1", { code: "ww", gen1Tier: null, gen2Tier: 2 }],
  ["me-central2", { code: "wx", gen1Tier: null, gen2Tier: 2 }],
  ["me-west1", { code: "zf", gen1Tier: null, gen2Tier: 1 }],
  ["northamerica-northeast1", { code: "nn", gen1Tier: 2, gen2Tier: 2 }],
  ["northamerica-northeast2", { code: "pd", gen1Tier: null, gen2Tier: 2 }],
  ["northamerica-south1", { code: "pv", gen1Tier: null, gen2Tier: 1 }],
  ["southamerica-east1", { code: "rj", gen1Tier: 2, gen2Tier: 2 }],
  ["southamerica-west1", { code: "tl", gen1Tier: null, gen2Tier: 2 }],
  ["us-central1", { code: "uc", gen1Tier: 1, gen2Tier: 1 }],
  ["us-east1", { code: "ue", gen1Tier: 1, gen2Tier: 1 }],
  ["us-east4", { code: "uk", gen1Tier: 1, gen2Tier: 1 }],
  ["us-east5", { code: "ul", gen1Tier: null, gen2Tier: 1 }],
  ["us-south1", { code: "vp", gen1Tier: null, gen2Tier: 1 }],
  ["us-west1", { code: "uw", gen1Tier: 1, gen2Tier: 1 }],
  ["us-west2", { code: "wl", gen1Tier: 2, gen2Tier: 2 }],
  ["us-west3", { code: "wm", gen1Tier: 2, gen2Tier: 2 }],
  ["us-west4", { code: "wn", gen1Tier: 2, gen2Tier: 2 }],
]);

const byCode = new Map([...regions].map(([region, fact]) => [fact.code, region]));

/** Region of a run.app code; null for a code that is not known, never a guess. */
export function regionOfCode(code: string): string | null {
  return byCode.get(code) ?? null;
}

/** Where Firebase puts a function of most triggers, and where every client looks, when nobody names a region. */
export const defaultRegion = "us-central1";
