import type { State } from "../../state/state.ts";
import { type Listener, triggered } from "../events/listeners.ts";

/** What happened to a document. */
export type Happening = "created" | "updated" | "deleted";

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
  return triggered(state).filter(({ eventType, filter }) => {
    const wanted = second.exec(eventType)?.[1] ?? firstNames[first.exec(eventType)?.[1] ?? ""];
    if (wanted !== happening && wanted !== "written") return false;
    const resourceName = filter("resource");
    return resourceName !== null
      ? fitsPattern(resourceName, name)
      : (filter("database") ?? "(default)") === database && fitsPattern(filter("document") ?? "", path);
  });
}

/** `*` and `{name}` stand for one part of a path, `**` and `{name=**}` for any number of them. */
export function fitsPattern(pattern: string, path: string): boolean {
  const parts = pattern
    .replace(/^\/|\/$/g, "")
    .split("/")
    .map((part) => {
      if (part === "**" || /^\{\w+=\*\*\}$/.test(part)) return ".*";
      if (part === "*" || /^\{\w+(=\*)?\}$/.test(part)) return "[^/]+";
      return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("\\*", "[^/]*");
    });
  return new RegExp(`^${parts.join("/")}$`).test(path);
}
