import { isObject, objectAt, textAt } from "../../state/json.ts";
import type { FunctionResource, State } from "../../state/state.ts";

/** What happened to a document. */
export type Happening = "created" | "updated" | "deleted";

/** A deployed copy that an event is for. */
export interface Listener {
  readonly resource: FunctionResource;
  /** As the copy's trigger names it. */
  readonly eventType: string;
}

const second = /^google\.cloud\.firestore\.document\.v1\.(created|updated|deleted|written)(\.withAuthContext)?$/;
const first = /^providers\/cloud\.firestore\/eventTypes\/document\.(create|update|delete|write)$/;
const firstNames: Readonly<Record<string, string>> = {
  create: "created",
  update: "updated",
  delete: "deleted",
  write: "written",
};

/** The copies whose triggers fit a change of the document `name`, wherever they run. */
export function listenersTo(state: State, name: string, happening: Happening): Listener[] {
  const [, project, database = "", path = ""] =
    /^projects\/([^/]+)\/databases\/([^/]+)\/documents\/(.+)$/.exec(name) ?? [];
  if (project !== state.project) return [];
  const found: Listener[] = [];
  for (const resource of Object.values(state.functions)) {
    const event = resource.eventTrigger;
    // A copy that has never come up has no trigger yet.
    if (event === undefined || resource.serviceConfig.revision === undefined) continue;
    const eventType = textAt(event, "eventType") ?? "";
    const wanted = second.exec(eventType)?.[1] ?? firstNames[first.exec(eventType)?.[1] ?? ""];
    if (wanted !== happening && wanted !== "written") continue;
    const filters = Array.isArray(event.eventFilters) ? event.eventFilters.filter(isObject) : [];
    const filter = (attribute: string) => filters.find((one) => one.attribute === attribute)?.value;
    const resourceName = filter("resource");
    const fits =
      typeof resourceName === "string"
        ? fitsPattern(resourceName, name)
        : (filter("database") ?? "(default)") === database && fitsPattern(String(filter("document") ?? ""), path);
    if (fits) found.push({ resource, eventType });
  }
  return found;
}

/** Whether Eventarc tries again what the copy does not take. */
export function retries(resource: FunctionResource): boolean {
  return objectAt({ event: resource.eventTrigger ?? {} }, "event").retryPolicy === "RETRY_POLICY_RETRY";
}

const patterns = new Map<string, RegExp>();

/** `*` and `{name}` stand for one part of a path, `**` and `{name=**}` for any number of them. */
export function fitsPattern(pattern: string, path: string): boolean {
  const known = patterns.get(pattern);
  const read = known ?? readPattern(pattern);
  if (known === undefined) patterns.set(pattern, read);
  return read.test(path);
}

function readPattern(pattern: string): RegExp {
  const parts = pattern
    .replace(/^\/|\/$/g, "")
    .split("/")
    .map((part) => {
      if (part === "**" || /^\{\w+=\*\*\}$/.test(part)) return ".*";
      if (part === "*" || /^\{\w+(=\*)?\}$/.test(part)) return "[^/]+";
      return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("\\*", "[^/]*");
    });
  return new RegExp(`^${parts.join("/")}$`);
}
