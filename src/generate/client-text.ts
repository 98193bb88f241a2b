import { clientMark } from "../model/generated-code.ts";
import type { ClientFunction } from "./client-functions.ts";
import { bracketed } from "./identifiers.ts";

export interface ClientModules {
  /** Specifier of the module that exports `app`; null = Firebase's default app. */
  readonly app: string | null;
  /** Specifier of the codebase's module; null = no function has types. */
  readonly types: string | null;
}

const typesOfCodebase = `
type Known<T> = 0 extends 1 & T ? unknown : T;
type Input<F> = F extends { run(request: { data: infer Data }): unknown } ? Known<Data> : unknown;
type Output<F> = F extends { run(request: never): infer Result } ? Awaited<Result> : unknown;
`;

/** The client's whole text: one function for each callable, which can only call it where it belongs. */
export function clientText(functions: readonly ClientFunction[], modules: ClientModules): string {
  const hasTypes = modules.types !== null && functions.some(({ path }) => path !== null);
  const imports = [
    'import { connectFunctionsEmulator, getFunctions, type HttpsCallableOptions, httpsCallable } from "firebase/functions";',
    ...sorted([
      ...(hasTypes ? [{ from: modules.types ?? "", line: `import type * as codebase from "${modules.types}";` }] : []),
      ...(modules.app === null ? [] : [{ from: modules.app, line: `import { app } from "${modules.app}";` }]),
    ]),
  ];
  const app = modules.app === null ? "undefined" : "app";
  const regions = [...new Set(functions.flatMap((one) => one.regions))].sort();
  const instance = `getFunctions(${app}, region)`;
  return `${clientMark} from regions.yaml.
// What is changed here by hand is lost: change regions.yaml, and run that again.
${imports.join("\n")}
${hasTypes ? typesOfCodebase : ""}
async function call<In, Out>(region: string, name: string, data: In, options?: HttpsCallableOptions): Promise<Out> {
  return (await httpsCallable<In, Out>(${instance}, name, options)(data)).data;
}

/** Sends every call to the emulator of functions. To be called once, before the first call of a function. */
export function connectToEmulator(host: string, port: number): void {
  for (const region of [${regions.map(quoted).join(", ")}]) {
    connectFunctionsEmulator(${instance}, host, port);
  }
}
${functions.map((one) => `\n${functionText(one)}`).join("")}`;
}

function functionText(one: ClientFunction): string {
  const [only, ...others] = one.regions;
  const isOne = others.length === 0;
  const type = one.path === null ? null : `typeof codebase.${one.path}`;
  const parameters = [
    ...(isOne ? [] : [`region: ${one.regions.map(quoted).join(" | ")}`]),
    type === null ? "data?: unknown" : `data: Input<${type}>`,
    "options?: HttpsCallableOptions",
  ];
  const [generic, result] = type === null ? ["<Out = unknown>", "Out"] : ["", `Output<${type}>`];
  const head = bracketed(`export function ${one.identifier}${generic}(`, parameters, `): Promise<${result}> {`, "");
  const place = isOne ? quoted(only ?? "") : "region";
  const body = bracketed("return call(", [place, quoted(one.name), "data", "options"], ");", "  ");
  const where = isOne
    ? only
    : `${others.length === 1 ? "either of " : "one of "}${one.regions.join(", ")}: the caller chooses`;
  return `/** ${one.class}, in ${where}. */\n${head}\n${body}\n}\n`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

/** Modules further away come first, as organised imports have it. */
function sorted(imports: readonly { readonly from: string; readonly line: string }[]): string[] {
  const distance = (from: string): number => (from.startsWith(".") ? -from.split("../").length : -100);
  return [...imports]
    .sort((one, other) => distance(one.from) - distance(other.from) || (one.from < other.from ? -1 : 1))
    .map(({ line }) => line);
}
