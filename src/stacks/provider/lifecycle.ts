import { type Checked, checkInputs } from "./check.ts";
import { type Difference, differences } from "./diff.ts";
import { planLabels } from "./labels.ts";
import { importedInputs, planState, previewState, refreshedInputs } from "./plan.ts";
import type { Context, Resource, ResourceType } from "./resource-type.ts";
import { isUnknown, isValues, textAt, unknown, type Values, valuesAt } from "./values.ts";

/** What the engine asks of a resource, for any type. Values come in and go out as plain objects. */

export function check(type: ResourceType, news: Values): Checked {
  const checked = checkInputs(type.token, type.fields, news);
  return { ...checked, failures: [...checked.failures, ...(type.rules?.(checked.inputs) ?? [])] };
}

export interface Diff {
  readonly differences: readonly Difference[];
  /** Top-level properties that differ, and those of them whose change makes a new resource. */
  readonly changed: readonly string[];
  readonly replaces: readonly string[];
  /** The old one must go first, because the new one has the same id. */
  readonly deleteBeforeReplace: boolean;
}

export function diff(type: ResourceType, context: Context, olds: Values, news: Values): Diff {
  const found = differences(type.fields, olds, news);
  if (hasLabels(type) && !isUnknown(news.labels) && found.every(({ path }) => topOf(path) !== "labels")) {
    // The provider's own labels may have changed while the program's have not.
    const planned: Values = { labels: news.labels ?? {} };
    planLabels(context.labels, olds, planned);
    if (!sameTexts(valuesAt(planned, "pulumiLabels"), valuesAt(olds, "pulumiLabels"))) {
      found.push({ path: "pulumiLabels", kind: "update", replaces: false });
    }
  }
  const replaces = topsOf(found.filter((difference) => difference.replaces));
  return {
    differences: found,
    changed: topsOf(found),
    replaces,
    deleteBeforeReplace: replaces.length > 0 && replaces.every((name) => !type.identity.includes(name)),
  };
}

export async function create(
  type: ResourceType,
  context: Context,
  inputs: Values,
  preview: boolean,
): Promise<Resource> {
  const planned = preview ? previewState(type.fields, inputs) : planState(type.fields, {}, inputs);
  complete(type, context, {}, inputs, planned);
  if (!preview) return type.create(context, planned);
  if (planned.project === unknown && context.project !== "") planned.project = context.project;
  return { id: "", state: planned };
}

export async function update(
  type: ResourceType,
  context: Context,
  id: string,
  olds: Values,
  news: Values,
  preview: boolean,
): Promise<Values> {
  const planned = planState(type.fields, olds, news);
  complete(type, context, olds, news, planned);
  if (preview) return planned;
  const changed = new Set(topsOf(differences(type.fields, olds, planned)));
  if (hasLabels(type) && !sameTexts(valuesAt(olds, "effectiveLabels"), valuesAt(planned, "effectiveLabels"))) {
    changed.add("effectiveLabels");
  }
  return type.update(context, id, { olds, planned, changed });
}

export interface Look {
  readonly id: string;
  readonly state: Values;
  readonly inputs: Values;
}

/** `inputs` null: an import, or a look at something that is not the program's. Null when nothing is there. */
export async function read(
  type: ResourceType,
  context: Context,
  id: string,
  prior: Values,
  inputs: Values | null,
): Promise<Look | null> {
  const found = await type.read(context, id, prior);
  if (found === null) return null;
  const next =
    inputs === null ? importedInputs(type.fields, found.state) : refreshedInputs(type.fields, inputs, found.state);
  return { ...found, inputs: next };
}

export async function remove(type: ResourceType, context: Context, id: string, state: Values): Promise<void> {
  const policy = textAt(state, "deletionPolicy");
  if (policy === "ABANDON") return;
  if (policy === "PREVENT") {
    throw new Error(`${id} is not deleted because its deletionPolicy is PREVENT: set it to DELETE and deploy first.`);
  }
  await type.remove(context, id, state);
}

function complete(type: ResourceType, context: Context, olds: Values, inputs: Values, planned: Values): void {
  if (hasLabels(type)) planLabels(context.labels, olds, planned);
  type.plan?.(context, olds, inputs, planned);
}

function hasLabels(type: ResourceType): boolean {
  return type.fields.effectiveLabels !== undefined;
}

function topsOf(found: readonly Difference[]): string[] {
  return [...new Set(found.map(({ path }) => topOf(path)))];
}

function topOf(path: string): string {
  return /^[^.[]+/.exec(path)?.[0] ?? path;
}

function sameTexts(a: Values, b: Values): boolean {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return isValues(a) && [...keys].every((key) => a[key] === b[key]);
}
