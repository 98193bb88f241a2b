/** What the tool itself writes into a manifest: text, numbers, yes/no, lists and maps of them. */
export type EditValue = string | number | boolean | null | readonly EditValue[] | { readonly [key: string]: EditValue };

/** Words that some YAML reader takes for something else than text. */
const taken = /^(?:y|n|yes|no|on|off|true|false|null|nan)$/i;
const plainText = /^[A-Za-z][A-Za-z0-9_./@+-]*(?::[A-Za-z0-9_./@+-]+)*(?: [A-Za-z0-9_./@+()'-]+)*$/;
/** Days, amounts of memory and shares: they begin with a digit, and no reader takes them for a number. */
const plainAmount = /^(?:\d{4}-\d{2}-\d{2}|\d+[MG]i|\d+%)$/;

/** One line of YAML in flow style; text is quoted wherever any YAML reader could mistake it. */
export function writeYaml(value: EditValue): string {
  if (value === null) return "null";
  if (typeof value === "string") return writeText(value);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return `[${value.map(writeYaml).join(", ")}]`;
  const pairs = Object.entries(value).map(([key, inner]) => `${writeText(key)}: ${writeYaml(inner)}`);
  return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
}

export function writeText(text: string): string {
  if (plainAmount.test(text) || (plainText.test(text) && !taken.test(text))) return text;
  // The escapes of JSON are escapes of YAML; what JSON leaves bare and YAML may fold or refuse is escaped here.
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffd-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
