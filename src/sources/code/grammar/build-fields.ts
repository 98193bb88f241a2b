import type { Project } from "../project.ts";

const gradle = /(?:^|\/)[\w.-]+\.gradle(?:\.kts)?$/;
const field = /\bbuildConfigField\s*\(?\s*([^\n]+)/g;
const parts = /^(?:type\s*=\s*)?["']String["']\s*,\s*(?:name\s*=\s*)?["'](\w+)["']\s*,\s*(?:value\s*=\s*)?(.*)$/;
/** A text in quotes inside of quotes: `"\"europe-west1\""`, `'"europe-west1"'`. */
const literal = /^(?:"\\"([^"\\$]*)\\""|'"([^"\\$]*)"')\s*\)?\s*;?\s*(?:\/\/.*)?$/;

/**
 * Text fields that Gradle files put into Android's BuildConfig, where every build gives a field the same one. A field
 * that differs between build types or flavours, or is worked out, has null.
 */
export function buildFields(project: Project): ReadonlyMap<string, string | null> {
  const found = new Map<string, string | null>();
  for (const file of project.list.files) {
    if (!gradle.test(file)) continue;
    const text = (project.text(file) ?? "").replace(/^\s*\/\/.*$/gm, "");
    for (const [, rest = ""] of text.matchAll(field)) {
      const [, name, value = ""] = parts.exec(rest.trim()) ?? [];
      if (name === undefined) continue;
      const given = literal.exec(value.replace(/\s*\}\s*$/, ""));
      const told = given === null ? null : (given[1] ?? given[2] ?? "");
      found.set(name, found.has(name) && found.get(name) !== told ? null : told);
    }
  }
  return found;
}
