import { type Context, UnreadableId } from "./resource-type.ts";
import { textAt, type Value, type Values } from "./values.ts";

/** The project of a resource: its own, else the provider's. */
export function projectOf(context: Context, state: Values): string {
  const own = textAt(state, "project");
  const project = own === "" ? context.project : own;
  if (project === "") throw new TypeError("No project: set `project` of the resource or of the gcp provider.");
  return project;
}

/** The region of a resource that may leave it to the provider. */
export function regionOf(context: Context, state: Values, property: "region" | "location"): string {
  const own = textAt(state, property);
  const region = own === "" ? (context.region ?? "") : own;
  if (region === "")
    throw new TypeError(`No ${property}: set \`${property}\` of the resource or the provider's region.`);
  return region;
}

/** The values between the fixed parts of an id: `projects/{project}/topics/{name}`. */
export function partsOfId(token: string, form: string, id: string): Values {
  const names: string[] = [];
  const source = form.replace(/\{(\w+)\}/g, (_, name: string) => {
    names.push(name);
    return "([^/]+)";
  });
  const match = new RegExp(`^${source}$`).exec(id);
  if (match === null) throw new UnreadableId(token, id, form);
  return Object.fromEntries(names.map((name, index) => [name, match[index + 1] ?? ""]));
}

/** Last part of a full name. */
export function lastPart(name: string): string {
  return name.split("/").at(-1) ?? "";
}

/** Google's full name of something and its last part alone mean the same. */
export function sameLastPart(old: Value | undefined, next: Value | undefined): boolean {
  return typeof old === "string" && typeof next === "string" && lastPart(old) === lastPart(next);
}
