import type { FunctionEntry, Manifest } from "../../manifest/manifest.ts";
import { parseFunctionUrl } from "../../model/function-url.ts";
import { objectOf, textOf } from "../json.ts";
import { functionOfService } from "./function-resource.ts";
import type { PolicyResource } from "./rule.ts";

/** The copy that a Scheduler job starts. */
export interface JobTarget {
  /** As written: the function's name, or that of its service. */
  readonly name: string;
  /** Null where the manifest does not know it. */
  readonly entry: FunctionEntry | null;
  /** Null where the target does not say it. */
  readonly region: string | null;
}

const topicOfSchedule = /(?:^|\/topics\/)firebase-schedule-(.+)-([a-z]+-[a-z]+\d+)$/;

/** What a job starts: by the URL it calls, else by its topic; null where that is no function of the manifest's project. */
export function jobTarget({ props }: PolicyResource, manifest: Manifest): JobTarget | null {
  const uri = textOf(objectOf(props.httpTarget)?.uri);
  if (uri !== null) return targetOfUrl(uri, manifest);
  const topic = textOf(objectOf(props.pubsubTarget)?.topicName);
  const [, name, region] = topicOfSchedule.exec(topic ?? "") ?? [];
  if (name === undefined || region === undefined) return null;
  return { name, entry: manifest.functions.get(name) ?? null, region };
}

function targetOfUrl(uri: string, manifest: Manifest): JobTarget | null {
  const url = parseFunctionUrl(uri);
  if (url === null) return null;
  const { name, nameIs, region, project } = url;
  if (nameIs === "function") {
    if (project !== manifest.environment.project) return null;
    return { name, entry: manifest.functions.get(name) ?? null, region };
  }
  // A Cloud Run service need not be a function, and its URL names no project.
  const entry = functionOfService(manifest, name, region ?? "");
  return entry === null ? null : { name: entry.name, entry, region };
}
