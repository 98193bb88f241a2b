import { call, literal, record, word } from "../code/grammar/build.ts";
import { lastName, type Sdk } from "../code/grammar/translator.ts";

/** What the Python SDK's own words stand for: regions as an enum, and parameters of the deploy. */
export const pythonSdk: Sdk = {
  member(object, name, at) {
    // SupportedRegion.EUROPE_WEST1 is "europe-west1".
    if (lastName(object) === "SupportedRegion" && /^[A-Z]+_[A-Z]+\d+$/.test(name))
      return literal(name.toLowerCase().replace("_", "-"), at);
    return isParam(object) && name === "value" ? object : null;
  },
  call(callee, args, at, made) {
    const name = lastName(callee);
    if (name !== "StringParam" && name !== "ListParam") return null;
    const variable = args.find((arg) => arg.name === null || arg.name === "name");
    if (variable === undefined) return null;
    const fallback = args.find((arg) => arg.name === "default");
    const options = fallback === undefined ? [] : [record([{ key: word("default", at), value: fallback.value }], at)];
    const define = made.external(
      "firebase-functions/params",
      name === "StringParam" ? "defineString" : "defineList",
      at,
    );
    return call(define, [variable.value, ...options], at);
  },
};

function isParam(node: { type: string; [key: string]: unknown }): boolean {
  const callee = node.callee as { name?: unknown } | undefined;
  return (
    node.type === "CallExpression" &&
    typeof callee?.name === "string" &&
    callee.name.startsWith("firebase-functions/params:")
  );
}
