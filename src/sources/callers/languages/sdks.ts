import {
  type Arg,
  binary,
  call,
  literal,
  type Made,
  make,
  member,
  nothing,
  type Range,
  template,
} from "../../code/grammar/build.ts";
import type { GrammarLanguage } from "../../code/grammar/load.ts";
import { lastName, type Making, type Sdk } from "../../code/grammar/translator.ts";

/** What files of a language hold where they call functions through an SDK. */
export const sdkNeedles: Readonly<Record<GrammarLanguage, readonly string[]>> = {
  dart: ["httpsCallable", "getHttpsCallable"],
  kotlin: ["HttpsCallable", "httpsCallable"],
  java: ["HttpsCallable"],
  swift: ["httpsCallable"],
  csharp: ["HttpsCallable"],
  python: ["task_queue"],
};

/** The client of the web stands for those of all platforms: an app, and a region or a domain. */
function client(app: Made | null, region: Made | null, at: Range, made: Making): Made {
  const args =
    region === null ? (app === null ? [] : [app]) : [app ?? nothing({ start: at.start, end: at.start }), region];
  return call(made.external("firebase/functions", "getFunctions", at), args, at);
}

function named(args: readonly Arg[], ...names: readonly string[]): Made | null {
  return args.find((arg) => arg.name !== null && names.includes(arg.name))?.value ?? null;
}

function placed(args: readonly Arg[], index: number): Made | null {
  return args.filter((arg) => arg.name === null)[index]?.value ?? null;
}

/** `name` as a plain name of the source, or null. */
function isName(node: Made | null, ...names: readonly string[]): boolean {
  return node?.type === "Identifier" && names.includes(node.name as string);
}

function objectOf(node: Made): Made | null {
  return node.type === "MemberExpression" && node.computed !== true ? (node.object as Made) : null;
}

/** An expression that gives a Firebase app, going by the SDK's own words for one. */
function isApp(node: Made): boolean {
  let at: Made = node;
  for (let steps = 0; steps < 8; steps++) {
    if (at.type === "Identifier")
      return /^(?:FirebaseApp|Firebase)$/.test(at.name as string) || /app$/i.test(at.name as string);
    if (at.type === "CallExpression" || at.type === "NewExpression") at = at.callee as Made;
    else if (at.type === "MemberExpression") {
      if (/^(?:app|DefaultInstance|firebaseApp)$/.test((at.property as Made).name as string)) return true;
      at = at.object as Made;
    } else return false;
  }
  return false;
}

/** `(app)`, `("region")`, `(app, "region")`, in this order or by name. */
function clientOf(args: readonly Arg[], at: Range, made: Making): Made {
  const app = named(args, "app");
  const region = named(args, "region", "regionOrCustomDomain", "customDomain");
  const [first, second] = [placed(args, 0), placed(args, 1)];
  if (second !== null) return client(first, second, at, made);
  if (first === null) return client(app, region, at, made);
  return app === null && region === null && isApp(first)
    ? client(first, null, at, made)
    : client(app, region ?? first, at, made);
}

const dart: Sdk = {
  member(object, name, at, made) {
    if (
      name === "instance" &&
      isName(object, "FirebaseFunctions", "CloudFunctions") &&
      made.isOutside(object.name as string)
    )
      return client(null, null, at, made);
    return null;
  },
  call(callee, args, at, made) {
    const object = objectOf(callee);
    const name = lastName(callee);
    if (
      object !== null &&
      name === "instanceFor" &&
      isName(object, "FirebaseFunctions") &&
      made.isOutside("FirebaseFunctions")
    )
      return client(named(args, "app"), named(args, "region"), at, made);
    if (object === null && isName(callee, "CloudFunctions") && made.isOutside("CloudFunctions"))
      return client(named(args, "app"), named(args, "region"), at, made);
    if (name === "getHttpsCallable" && object !== null) {
      const given = named(args, "functionName");
      if (given !== null) return call(member(object, "httpsCallable", at), [given], at);
    }
    if (name === "httpsCallableFromUri" && object !== null) {
      const url = placed(args, 0);
      return url === null ? null : call(member(object, "httpsCallableFromURL", at), [url], at);
    }
    if (object !== null && isName(object, "Uri") && made.isOutside("Uri")) return dartUri(name, args, at);
    if (object !== null && isName(object, "String", "bool", "int") && name === "fromEnvironment") {
      const variable = placed(args, 0);
      const fallback = named(args, "defaultValue");
      return variable === null ? null : variableOfBuild(variable, fallback, at);
    }
    // Riverpod: what a provider makes is what reading it gives.
    if (object === null && isName(callee, "Provider", "FutureProvider", "StateProvider")) {
      const maker = placed(args, 0);
      if (maker?.type === "ArrowFunctionExpression") return maker;
    }
    if (
      object !== null &&
      (name === "read" || name === "watch") &&
      /^_?(?:ref|container|read)$/.test((object.name as string | undefined) ?? lastName(object) ?? "")
    ) {
      const provider = placed(args, 0);
      if (provider?.type !== "Identifier") return null;
      // A generated provider is named after the function that it runs.
      const maker = /^(\w+)Provider$/.exec(provider.name as string)?.[1];
      const isGenerated = !made.isDeclared(provider.name as string) && maker !== undefined && made.isDeclared(maker);
      return call(isGenerated ? made.declared(maker, at) : provider, [], at);
    }
    return null;
  },
};

function dartUri(name: string | null, args: readonly Arg[], at: Range): Made | null {
  const first = placed(args, 0);
  if (first === null) return null;
  if (name === "parse" || name === "tryParse") return first;
  if (name !== "https" && name !== "http") return null;
  const path = placed(args, 1);
  return path === null ? template([`${name}://`, first], at) : joinedPath(`${name}://`, first, path, at);
}

/** Host and path with one "/" between them. */
function joinedPath(scheme: string, host: Made, path: Made, at: Range): Made {
  const starts =
    path.type === "Literal" && typeof path.value === "string"
      ? path.value.startsWith("/")
      : headOf(path)?.startsWith("/") === true;
  return template(starts ? [scheme, host, path] : [scheme, host, "/", path], at);
}

function headOf(path: Made): string | null {
  if (path.type !== "TemplateLiteral") return null;
  const [first] = path.quasis as { value: { cooked: string } }[];
  return first?.value.cooked ?? null;
}

/** A variable that whoever builds may set: `String.fromEnvironment("X", defaultValue: "y")`. */
function variableOfBuild(variable: Made, fallback: Made | null, at: Range): Made {
  const env = member({ type: "Identifier", start: at.start, end: at.start, name: "process" }, "env", at);
  const read =
    variable.type === "Literal" && typeof variable.value === "string"
      ? member(env, variable.value, at)
      : make("MemberExpression", at, { object: env, property: variable, computed: true, optional: false });
  return fallback === null ? read : binary("??", read, fallback, at);
}

const android: Sdk = {
  member(object, name, at, made) {
    if (name === "functions" && isName(object, "Firebase") && made.isOutside("Firebase"))
      return client(null, null, at, made);
    if (!isName(object, "BuildConfig") || !made.isOutside("BuildConfig")) return null;
    if (name === "DEBUG") return literal(false, at);
    const field = made.buildField(name);
    if (field !== null) return literal(field, at);
    return null;
  },
  call(callee, args, at, made) {
    const object = objectOf(callee);
    const name = lastName(callee);
    if (object === null && name !== null && isMaker(name)) return onThis(name, args, at);
    if (name === "getInstance" && isName(object, "FirebaseFunctions") && made.isOutside("FirebaseFunctions"))
      return clientOf(args, at, made);
    // Firebase.functions("region"): the callee was read as the default client already.
    if (isDefaultClient(callee) && args.length > 0) return clientOf(args, at, made);
    if ((name === "URL" || name === "Uri" || name === "URI") && object === null && made.isOutside(name))
      return placed(args, 0);
    if ((name === "parse" || name === "create") && isName(object, "Uri", "URI", "HttpUrl")) return placed(args, 0);
    if ((name === "toHttpUrl" || name === "toUri" || name === "toURL") && object !== null && args.length === 0)
      return object;
    return null;
  },
};

function isMaker(name: string): boolean {
  return /^(?:h|[gG]etH)ttpsCallable(?:FromU(?:rl|RL))?$/.test(name);
}

/** A call on whatever `this` is there: `with(functions) { getHttpsCallable("x") }`. */
function onThis(name: string, args: readonly Arg[], at: Range): Made {
  return call(
    member(make("ThisExpression", { start: at.start, end: at.start }), name, at),
    args.map((arg) => arg.value),
    at,
  );
}

function isDefaultClient(node: Made): boolean {
  const callee = node.callee as Made | undefined;
  return (
    node.type === "CallExpression" &&
    callee?.type === "Identifier" &&
    callee.name === "firebase/functions:getFunctions" &&
    (node.arguments as Made[]).length === 0
  );
}

const swift: Sdk = {
  member(object, name) {
    // An enum of texts: its case is the text.
    return name === "rawValue" || name === "absoluteString" ? object : null;
  },
  call(callee, args, at, made) {
    const object = objectOf(callee);
    const name = lastName(callee);
    if (
      name === "functions" &&
      isName(object, "Functions") &&
      (made.isOutside("Functions") || made.isOutside("FIRFunctions"))
    )
      return client(named(args, "app"), named(args, "region", "customDomain"), at, made);
    if (name === "URL" && object === null && made.isOutside("URL")) return named(args, "string") ?? placed(args, 0);
    if (name === "httpsCallable" && object !== null) {
      const url = placed(args, 0);
      if (url !== null && isAddress(url)) return call(member(object, "httpsCallableFromURL", at), [url], at);
    }
    return null;
  },
};

/** A text that starts as an address does. */
function isAddress(node: Made): boolean {
  // `httpsCallable(url)`: what the name promises is looked up, and told where it does not hold.
  const name = node.type === "Identifier" ? (node.name as string) : lastName(node);
  if (name !== null && /url$/i.test(name)) return true;
  if (node.type === "Literal") return /^https?:\/\//.test(String(node.value));
  return /^https?:\/\//.test(headOf(node) ?? "");
}

const unity: Sdk = {
  member(object, name, at, made) {
    if (
      (name === "DefaultInstance" || name === "Instance") &&
      isName(object, "FirebaseFunctions") &&
      made.isOutside("FirebaseFunctions")
    )
      return client(null, null, at, made);
    return null;
  },
  call(callee, args, at, made) {
    const object = objectOf(callee);
    const name = lastName(callee);
    if (name === "GetInstance" && isName(object, "FirebaseFunctions") && made.isOutside("FirebaseFunctions"))
      return clientOf(args, at, made);
    if (name === "Uri" && object === null && made.isOutside("Uri")) return placed(args, 0);
    return null;
  },
};

const admin: Sdk = {
  member() {
    return null;
  },
  call(callee, args, at, made) {
    const name = lastName(callee);
    const object = objectOf(callee);
    const isFunctions = isName(object, "functions") || (object !== null && lastName(object) === "functions");
    if (name === "task_queue" && (isFunctions || object === null)) {
      const queue = placed(args, 0) ?? named(args, "function_name");
      const functions = call(made.external("firebase-admin/functions", "getFunctions", at), [], at);
      return queue === null ? null : call(member(functions, "taskQueue", at), [queue], at);
    }
    return null;
  },
};

export const sdks: Readonly<Record<GrammarLanguage, Sdk>> = {
  dart,
  kotlin: android,
  java: android,
  swift,
  csharp: unity,
  python: admin,
};
