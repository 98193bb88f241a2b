import type { HolderKind } from "../../../../src/model/holders.ts";

/** What a provider says of one of its events. */
export interface Sent {
  readonly provider: HolderKind;
  readonly event: string;
  readonly at: number;
  taken: boolean;
  /** Not taken yet, and tried again. */
  pending: boolean;
}
