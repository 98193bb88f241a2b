import { type Fields, map } from "./fields.ts";
import { isUnknown, isValues, type Values, valuesAt } from "./values.ts";

/** What the provider's configuration adds to the labels of every resource that has labels. */
export interface LabelRules {
  readonly defaults: Readonly<Record<string, string>>;
  /** `goog-pulumi-provisioned`, unless the program switches it off. */
  readonly attribution: boolean;
}

/**
 * The three properties that hold labels: those the program sets, those with the provider's added, and all that are there.
 * Labels of others are left alone.
 */
export const labelFields: Fields = {
  labels: map({ local: true }),
  pulumiLabels: map({ owner: "server", local: true }),
  effectiveLabels: map({ owner: "server", local: true }),
};

/** Sets the two computed properties of a planned state. `olds` is {} for a creation. */
export function planLabels(rules: LabelRules, olds: Values, planned: Values): void {
  const wanted = planned.labels;
  if (isUnknown(wanted)) {
    planned.pulumiLabels = wanted ?? {};
    planned.effectiveLabels = wanted ?? {};
    return;
  }
  const ours: Values = {
    ...(rules.attribution ? { "goog-pulumi-provisioned": "true" } : {}),
    ...rules.defaults,
    ...(isValues(wanted) ? wanted : {}),
  };
  const before = valuesAt(olds, "pulumiLabels");
  const effective = Object.fromEntries(
    Object.entries(valuesAt(olds, "effectiveLabels")).filter(([key]) => before[key] === undefined),
  );
  planned.pulumiLabels = ours;
  planned.effectiveLabels = { ...effective, ...ours };
}

/** The three properties after a look: of the labels that are there, those that were the program's before are its own. */
export function readLabels(live: Values, prior: Values, state: Values): void {
  const own = (key: "labels" | "pulumiLabels"): Values =>
    Object.fromEntries(Object.entries(live).filter(([name]) => valuesAt(prior, key)[name] !== undefined));
  state.labels = own("labels");
  state.pulumiLabels = own("pulumiLabels");
  state.effectiveLabels = live;
}
