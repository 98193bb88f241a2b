import type { Part, PartKind } from "../model/deployment.ts";

/** What a kind of part is called; a role is named by itself. */
export const partNames: Readonly<Record<PartKind, string>> = {
  function: "function",
  invoker: "invoker",
  job: "Scheduler job",
  queue: "task queue",
  topic: "topic",
  account: "service account",
  role: "",
  "secret-access": "access to",
  bucket: "bucket",
  archive: "archive of the code",
  alert: "alert",
  dashboard: "dashboard",
  other: "other part",
};

/** "registerChatter in europe-west2", "role roles/run.invoker of class payments". */
export function nameOf({ kind, function: name, region, class: group, detail }: Part): string {
  const of = name === null ? "" : `${name}${region === null ? "" : ` in ${region}`}`;
  if (kind === "function") return of;
  const what = [partNames[kind], detail ?? ""].filter((word) => word !== "").join(" ");
  if (of !== "") return `${what} of ${of}`;
  return group === null ? `${what}${region === null ? "" : ` of ${region}`}` : `${what} of class ${group}`;
}
