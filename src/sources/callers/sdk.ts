import type { Evaluator } from "../code/evaluate.ts";
import type { Site } from "../code/module.ts";
import { type Alternative, isMissing, one, parameterIn, text, type Value } from "../code/value.ts";

/** Names of the SDKs' functions that make a call, whatever a file calls them. */
export const callMakers = [
  "httpsCallable",
  "httpsCallableData",
  "httpsCallableFromURL",
  "httpsCallableFromUrl",
  "useHttpsCallable",
  "useCallableFunctionResponse",
  "taskQueue",
] as const;

/** The same in the clients of other languages. */
export const otherCallMakers = [
  "getHttpsCallable",
  "getHttpsCallableFromUrl",
  "GetHttpsCallable",
  "GetHttpsCallableFromURL",
] as const;

/** What a call expression turned out to be. */
export type Maker =
  | { readonly kind: "callable"; readonly instance: readonly Alternative[]; readonly name: readonly Alternative[] }
  | { readonly kind: "from-url"; readonly url: readonly Alternative[] }
  | { readonly kind: "enqueuer"; readonly name: readonly Alternative[] }
  /** Something of the same name that reaches no function by itself: the tree's own function, another library. */
  | { readonly kind: "other" }
  | { readonly kind: "unclear"; readonly reason: string; readonly open: Value | null };

/** Hosts that serve packages: `https://esm.sh/firebase@10.7.1/functions` is firebase/functions. */
const served =
  /^(?:https?:\/\/(?:esm\.sh|esm\.run|unpkg\.com|cdn\.jsdelivr\.net\/npm|cdn\.skypack\.dev|jspm\.dev)\/|https?:\/\/ga\.jspm\.io\/npm:|npm:)(?:v\d+\/|stable\/)?((?:@[\w-]+\/)?[\w.-]+)(?:@[^/]+)?(\/[\w/-]+)?/;

/** Name of the package that a specifier means, wherever it is loaded from. */
export function packageOf(source: string): string {
  const [, name, path = ""] = served.exec(source) ?? [];
  return name === undefined ? source : `${name}${path}`.replace(/\/$/, "");
}

const clientPackages =
  /^(?:@?firebase\/functions|@angular\/fire\/functions|@angular\/fire\/compat\/functions|@react-native-firebase\/functions|reactfire|https:\/\/www\.gstatic\.com\/firebasejs\/[\d.]+\/firebase-functions\.js)$/;
const appPackages =
  /^(?:@?firebase\/app|firebase|firebase\/compat\/app|@firebase\/app-compat|@react-native-firebase\/app|@angular\/fire\/app|https:\/\/www\.gstatic\.com\/firebasejs\/[\d.]+\/firebase-app(?:-compat)?\.js)$/;
const adminPackages = /^firebase-admin(?:\/(?:functions|app))?$/;

export function isClientPackage(source: string): boolean {
  return clientPackages.test(packageOf(source));
}

/** Reads a call by what its callee is, not by what it is called. The callee's doubts are the instance's. */
export function makerOf(
  evaluator: Evaluator,
  made: Alternative,
  args: readonly (readonly Alternative[])[],
  site: Site,
): Maker {
  const callee = made.value;
  const nothing = one({ kind: "plain", value: undefined }, site);
  const [first = nothing, second = nothing] = args;
  if (callee.kind === "external") {
    const { source, name } = callee;
    if (source === "react-firebase-hooks/functions" && name === "useHttpsCallable") {
      return { kind: "callable", instance: first, name: second };
    }
    if (!isClientPackage(source)) {
      return isKnownName(name)
        ? { kind: "unclear", reason: `${name} comes from "${source}", which is not part of the tree`, open: null }
        : { kind: "other" };
    }
    if (source === "reactfire" && name === "useCallableFunctionResponse") {
      const provider: Value = { kind: "external", source, name: "useFunctions" };
      return { kind: "callable", instance: evaluator.call(provider, [], site, false, null), name: first };
    }
    if (name === "httpsCallable" || name === "httpsCallableData")
      return { kind: "callable", instance: first, name: second };
    if (name === "httpsCallableFromURL" || name === "httpsCallableFromUrl") return { kind: "from-url", url: second };
    return { kind: "other" };
  }
  if (callee.kind === "member" && isKnownName(callee.name)) {
    const object: readonly Alternative[] = [{ ...made, value: callee.object }];
    if (callee.name === "taskQueue") {
      return isAdminFunctions(callee.object)
        ? { kind: "enqueuer", name: first }
        : unclearUnlessTerm(callee.object, "taskQueue is called on something that cannot be followed");
    }
    if (/^(?:h|[gG]etH)ttpsCallable$/.test(callee.name)) return { kind: "callable", instance: object, name: first };
    if (/^(?:h|[gG]etH)ttpsCallableFromU(?:rl|RL)$/.test(callee.name)) return { kind: "from-url", url: first };
    return { kind: "other" };
  }
  if (callee.kind === "parameter") return { kind: "unclear", reason: `"${callee.name}" is a parameter`, open: callee };
  if (callee.kind === "unknown") return { kind: "unclear", reason: callee.reason, open: null };
  return { kind: "other" };
}

function unclearUnlessTerm(object: Value, reason: string): Maker {
  const open = parameterIn(object);
  if (open !== null) return { kind: "unclear", reason, open };
  return object.kind === "unknown" ? { kind: "unclear", reason: object.reason, open: null } : { kind: "other" };
}

function isKnownName(name: string): boolean {
  return [...callMakers, ...otherCallMakers].some((known) => known === name);
}

/** Where an instance of the Functions client sends its calls. */
export type InstanceReading =
  /** `region` alternatives hold texts; `isDefault` when the code names none. `app` is the app argument, if any. */
  | {
      readonly kind: "region";
      readonly region: readonly Alternative[];
      readonly isDefault: boolean;
      readonly app: Value | null;
      readonly site: Site;
    }
  | { readonly kind: "open"; readonly value: Value }
  | { readonly kind: "not-an-instance"; readonly reason: string };

/** Reads a term that should be a Functions instance. */
export function readInstance(value: Value): InstanceReading[] {
  if (value.kind === "call") {
    const made = instanceCall(value);
    if (made !== null) return made;
    const open = parameterIn(value);
    if (open !== null) return [{ kind: "open", value: open }];
    return [
      { kind: "not-an-instance", reason: "what it is called on is made by something that is not a Functions client" },
    ];
  }
  const open = parameterIn(value);
  if (open !== null) return [{ kind: "open", value: open }];
  if (value.kind === "unknown") return [{ kind: "not-an-instance", reason: value.reason }];
  if (isMissing(value)) return [{ kind: "not-an-instance", reason: "the Functions instance has no value" }];
  return [{ kind: "not-an-instance", reason: "what it is called on is no Functions client that can be followed" }];
}

function instanceCall(value: Extract<Value, { kind: "call" }>): InstanceReading[] | null {
  const { callee, args, site } = value;
  const first = args[0];
  const second = args[1];
  if (args.some((arg) => arg.spread)) {
    return [{ kind: "not-an-instance", reason: "the arguments of the Functions client are spread from a list" }];
  }
  if (callee.kind === "external" && isClientPackage(callee.source)) {
    // React Native's default export is called itself: functions(app).
    if (callee.name === "AngularFireFunctions") return [region(second?.values(), null, site)];
    if (callee.name !== "getFunctions" && callee.name !== "default" && callee.name !== "*") return null;
    return apps(first?.values()).map((app) =>
      region(callee.name === "getFunctions" ? second?.values() : undefined, app, site),
    );
  }
  if (callee.kind === "external" && callee.name === "functions" && appPackages.test(packageOf(callee.source))) {
    return apps(first?.values()).map((given) => region(undefined, given, site));
  }
  if (callee.kind === "member" && callee.name === "functions") {
    const app = appOf(callee.object);
    if (app === "namespace") {
      // firebase.functions(app): the argument is the app, not a region.
      return apps(first?.values()).map((given) => region(undefined, given, site));
    }
    if (app !== null) return [region(first?.values(), app, site)];
  }
  return null;
}

function region(values: readonly Alternative[] | undefined, app: Value | null, site: Site): InstanceReading {
  const given = values ?? [];
  const named = given.filter(({ value }) => !(value.kind === "plain" && value.value === undefined));
  if (named.length === 0) {
    return { kind: "region", region: one(text("us-central1"), null), isDefault: true, app, site };
  }
  const regions = given.map((alternative) =>
    alternative.value.kind === "plain" && alternative.value.value === undefined
      ? { ...alternative, value: text("us-central1"), written: null }
      : alternative,
  );
  return { kind: "region", region: regions, isDefault: false, app, site };
}

function apps(values: readonly Alternative[] | undefined): (Value | null)[] {
  const given = (values ?? []).map(({ value }) => value).filter((value) => !isMissing(value));
  // `getApps().find(…) ?? initializeApp(…)`: one that is there already was made by the other branch.
  const made = given.filter((value) => !isListed(value));
  const found = made.length === 0 ? given : made;
  return found.length === 0 ? [null] : found.slice(0, 8);
}

/** An app taken from the list of those that are there. */
function isListed(value: Value): boolean {
  if (value.kind === "member") return isListed(value.object);
  if (value.kind !== "call") return false;
  const { callee } = value;
  return callee.kind === "external" ? callee.name === "getApps" : isListed(callee);
}

/** The compat namespace, or an app made from it; null for anything else. */
function appOf(value: Value): Value | "namespace" | null {
  if (isNamespace(value)) return "namespace";
  if (value.kind !== "call") return null;
  const { callee } = value;
  if (
    callee.kind === "member" &&
    isNamespace(callee.object) &&
    (callee.name === "app" || callee.name === "initializeApp")
  )
    return value;
  return callee.kind === "external" && appPackages.test(packageOf(callee.source)) ? value : null;
}

function isNamespace(value: Value): boolean {
  if (value.kind === "global") return value.name === "firebase";
  if (value.kind === "external") {
    // Every package of React Native's hands on the namespace.
    if (value.name === "firebase" && value.source.startsWith("@react-native-firebase/")) return true;
    const isWhole = value.name === "default" || value.name === "*" || value.name === "firebase";
    return isWhole && appPackages.test(packageOf(value.source));
  }
  if (value.kind === "member") {
    if (value.name === "default" || value.name === "firebase") {
      return isNamespace(value.object) || (value.object.kind === "global" && value.object.name === "window");
    }
  }
  return false;
}

function isAdminFunctions(value: Value): boolean {
  if (value.kind !== "call") return false;
  const { callee } = value;
  if (callee.kind === "external")
    return adminPackages.test(callee.source) && (callee.name === "getFunctions" || callee.name === "functions");
  if (callee.kind !== "member" || callee.name !== "functions") return false;
  const { object } = callee;
  return (
    isAdminNamespace(object) ||
    (object.kind === "call" && object.callee.kind === "member" && isAdminNamespace(object.callee.object))
  );
}

function isAdminNamespace(value: Value): boolean {
  if (value.kind === "external") return adminPackages.test(value.source);
  return value.kind === "member" && value.name === "default" && isAdminNamespace(value.object);
}
