import type { CodebaseEntry, FunctionEntry, Manifest } from "../manifest/manifest.ts";
import { optionsMark } from "../model/generated-code.ts";

/**
 * A module with the region options of a codebase's functions, to be spread into their declarations:
 * `onCall({ ...createPaymentIntent, secrets }, …)`. While a function moves it names both regions.
 */
export function optionsModule(manifest: Manifest, codebase: CodebaseEntry): string {
  const functions = [...manifest.functions.values()]
    .filter((entry) => entry.codebase === codebase.name)
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const classes = [...new Set(functions.map((entry) => entry.class))].sort();
  const lines = classes.map((name) => {
    const region = manifest.classes.get(name)?.region ?? "";
    return `  ${keyOf(name)}: { region: ${JSON.stringify(region)} },\n`;
  });
  return `${optionsMark} from regions.yaml.
// What is changed here by hand is lost: change regions.yaml, and run that again.

/** Where each class is at home; for functions that are declared in a loop or by a factory. */
export const classes = {
${lines.join("")}};

/** Where each function belongs, by its ID. */
export const functions = {
${functions.map((entry) => `  ${keyOf(entry.name)}: { region: ${regionText(entry)} },\n`).join("")}};
`;
}

/** One region is a text, which every trigger's options take; several are a list. */
function regionText({ regions, moving }: FunctionEntry): string {
  const all = moving === null ? regions : [moving.from, ...regions.filter((region) => region !== moving.from)];
  const [only, second] = all;
  return second === undefined ? JSON.stringify(only) : `[${all.map((region) => JSON.stringify(region)).join(", ")}]`;
}

function keyOf(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}
