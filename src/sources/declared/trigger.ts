import type { Generation, TriggerKind } from "../../model/deployed.ts";
import type { Site } from "../code/module.ts";
import type { Argument, Value } from "../code/value.ts";

/** One step of a chain such as `functions.region("a").https.onCall(handler)`; `args` null: not called. */
export interface Step {
  readonly name: string;
  readonly args: readonly Argument[] | null;
}

/** A function made by the Firebase SDK. */
export interface Trigger {
  readonly generation: Generation;
  readonly kind: TriggerKind;
  /** Options object of generation 2, where the first argument can be one; null for generation 1. */
  readonly options: Argument | null;
  /** The handler follows, so that the first argument cannot be the handler itself. */
  readonly handlerFollows: boolean;
  /** Arguments of every `.runWith(…)` of a generation 1 chain. */
  readonly runWith: readonly Argument[];
  /** Arguments of every `.region(…)` of a generation 1 chain. */
  readonly regionArgs: readonly Argument[];
  /** Storage triggers of generation 2 take the global options that hold at the very end of loading. */
  readonly late: boolean;
  readonly site: Site;
}

const gen1Only = new Set(["region", "runWith", "handler"]);

/** Up to firebase-functions 5 these paths of the package were generation 1. */
const gen1Providers = new Set([
  "analytics",
  "auth",
  "database",
  "firestore",
  "https",
  "pubsub",
  "remoteConfig",
  "storage",
  "tasks",
  "testLab",
]);

const gen2Kinds: ReadonlyMap<string, TriggerKind> = new Map([
  ["onRequest", "https"],
  ["onCall", "callable"],
  ["onCallGenkit", "callable"],
  ["onSchedule", "scheduled"],
  ["onTaskDispatched", "task"],
  ["beforeUserCreated", "blocking"],
  ["beforeUserSignedIn", "blocking"],
  ["beforeEmailSent", "blocking"],
  ["beforeSmsSent", "blocking"],
  ["beforeOperation", "blocking"],
  ["onGraphRequest", "other"],
  ["beforeGenerateContent", "other"],
  ["afterGenerateContent", "other"],
]);

const gen1Kinds: ReadonlyMap<string, TriggerKind> = new Map([
  ["onRequest", "https"],
  ["onCall", "callable"],
  ["onRun", "scheduled"],
  ["onDispatch", "task"],
  ["beforeCreate", "blocking"],
  ["beforeSignIn", "blocking"],
  ["beforeEmail", "blocking"],
  ["beforeSms", "blocking"],
]);

/** What a term says of a function; null when it is no function of the SDK. `rootIsGen2`: firebase-functions 6 and up. */
export function triggerOf(value: Value, rootIsGen2: boolean): Trigger | null {
  if (value.kind !== "call") return null;
  const chain = chainOf(value);
  if (chain === null || !/^firebase-functions(?:\/|$)/.test(chain.source)) return null;
  const last = chain.steps.at(-1);
  if (last?.args === null || last === undefined) return null;
  const inside = chain.source.slice("firebase-functions".length).replace(/^\//, "");
  const isGen1 =
    inside.startsWith("v1") ||
    (inside === "" && chain.steps.some(({ name }) => gen1Only.has(name))) ||
    (!rootIsGen2 && (inside === "" || gen1Providers.has(inside)));
  if (isGen1) {
    const kind = gen1Kinds.get(last.name) ?? (/^on[A-Z]/.test(last.name) ? "event" : null);
    if (kind === null) return null;
    const regionArgs = chain.steps.filter(({ name }) => name === "region").flatMap(({ args }) => args ?? []);
    const runWith = chain.steps.filter(({ name }) => name === "runWith").flatMap(({ args }) => args ?? []);
    return {
      generation: 1,
      kind,
      options: null,
      handlerFollows: false,
      regionArgs,
      runWith,
      late: false,
      site: value.site,
    };
  }
  const kind = gen2Kinds.get(last.name) ?? (/^on[A-Z]\w+$/.test(last.name) && last.name !== "onInit" ? "event" : null);
  if (kind === null) return null;
  const late = /^onObject/.test(last.name);
  const handlerFollows = last.args.length > 1;
  return {
    generation: 2,
    kind,
    options: last.args[0] ?? null,
    handlerFollows,
    regionArgs: [],
    runWith: [],
    late,
    site: value.site,
  };
}

/** Package and steps of a term; null when it does not start at a package. */
export function chainOf(value: Value): { source: string; steps: readonly Step[] } | null {
  const steps: Step[] = [];
  let at: Value = value;
  for (let depth = 0; depth < 40; depth++) {
    let args: readonly Argument[] | null = null;
    if (at.kind === "call") {
      args = at.args;
      at = at.callee;
    }
    if (at.kind === "member") {
      steps.unshift({ name: at.name, args });
      at = at.object;
    } else if (at.kind === "external") {
      // The whole package, or its default import, is no step of its own.
      if (at.name !== "*" && at.name !== "default") steps.unshift({ name: at.name, args });
      return { source: at.source, steps };
    } else return null;
  }
  return null;
}
