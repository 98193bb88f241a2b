export type Prefix = "chatter" | "influencer" | "blogger" | "group_admin";

/** What the four affiliate programmes differ in. Everything else they share is in families/. */
export interface Role {
  readonly name: "chatter" | "influencer" | "blogger" | "groupAdmin";
  /** Start of the programme's collections: "chatter" → chatter_profiles, chatter_commissions, … */
  readonly prefix: Prefix;
  /** Start of affiliate codes: "CH-7Q2M9X". */
  readonly codePrefix: string;
  /** Share of the platform's fee that a referred call brings. */
  readonly commissionShare: number;
  readonly minimumWithdrawalCents: number;
}

export const chatter: Role = {
  name: "chatter",
  prefix: "chatter",
  codePrefix: "CH",
  commissionShare: 0.2,
  minimumWithdrawalCents: 3_000,
};

export const influencer: Role = {
  name: "influencer",
  prefix: "influencer",
  codePrefix: "IN",
  commissionShare: 0.25,
  minimumWithdrawalCents: 5_000,
};

export const blogger: Role = {
  name: "blogger",
  prefix: "blogger",
  codePrefix: "BL",
  commissionShare: 0.25,
  minimumWithdrawalCents: 5_000,
};

export const groupAdmin: Role = {
  name: "groupAdmin",
  prefix: "group_admin",
  codePrefix: "GA",
  commissionShare: 0.15,
  minimumWithdrawalCents: 3_000,
};

/** Joining the programme's Telegram channel is worth 50 USD, locked until the affiliate has earned as much. */
export const telegramBonusCents = 5_000;

/** Kinds of documents that every programme has a collection of. */
export type Kind =
  | "articles"
  | "clicks"
  | "commissions"
  | "groups"
  | "notifications"
  | "payments"
  | "payouts"
  | "posts"
  | "profiles"
  | "recruits"
  | "referrals"
  | "resources"
  | "training"
  | "withdrawals";

export function collectionOf({ prefix }: { readonly prefix: Prefix }, kind: Kind): string {
  return `${prefix}_${kind}`;
}

/** The four programmes by the name that claims, codes and requests carry. */
export const roles: Readonly<Record<Role["name"], Role>> = { chatter, influencer, blogger, groupAdmin };
