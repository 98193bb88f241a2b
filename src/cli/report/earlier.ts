import { resolve } from "node:path";
import { audit } from "../../audit/audit.ts";
import { documentOf } from "../../audit/document/document.ts";
import { type Earlier, earlierOfAudit, earlierOfDocument } from "../../audit/document/earlier.ts";
import type { Manifest } from "../../manifest/manifest.ts";
import type { FleetDocument } from "../../model/document.ts";
import type { Report } from "../../model/finding.ts";
import { documentSchema } from "../../report/document/schema.ts";
import { auditSchema } from "../../report/schema.ts";
import { parseJson } from "../../sources/json-text.ts";
import { parseSnapshot } from "../../sources/snapshot-file.ts";
import { checked } from "../checked-json.ts";
import { inputError } from "../input-error.ts";
import type { Io } from "../io.ts";
import { readInput } from "../wire/files.ts";

const retake = "Give a file of `regions report --format json`, `regions audit --format json` or `regions snapshot`.";

/**
 * What `--since FILE` says of the fleet as it was: a report as data, an audit as data, or a snapshot, which is judged by
 * the manifest of today. Throws InputError for anything else, and for another project or environment.
 */
export function readEarlier(
  file: string,
  manifest: Manifest | null,
  now: Pick<Report, "project" | "environment">,
  io: Io,
): Earlier {
  const { text } = readInput(resolve(io.cwd, file), file);
  const value = parseJson(text, file, "earlier report");
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw inputError(`${file} is JSON, but no report, no audit and no snapshot.`, retake);
  }
  if ("kind" in value && value.kind === "report") {
    const document = checked(documentSchema, value, text, file, retake);
    refuseOther(document, now, file);
    // Sound because the schema says of each field that is read from here what the type says.
    return earlierOfDocument(document as unknown as FleetDocument, file);
  }
  if ("findings" in value && "checked" in value) {
    const report = checked(auditSchema, value, text, file, retake);
    refuseOther(report, now, file);
    return earlierOfAudit(report as unknown as Report, file);
  }
  if (!("takenAt" in value)) throw inputError(`${file} is JSON, but no report, no audit and no snapshot.`, retake);
  const snapshot = parseSnapshot(text, file);
  if (Number.isNaN(Date.parse(snapshot.takenAt))) {
    throw inputError(`${file} says "takenAt" with what is no time.`, "Take the snapshot again.");
  }
  refuseOther({ project: snapshot.project, environment: now.environment }, now, file);
  const report = audit(snapshot, manifest, snapshot.takenAt.slice(0, 10));
  const beside = { earlier: null, history: null, moves: [], unread: [] };
  return earlierOfDocument(documentOf(report, snapshot, manifest, beside), file);
}

function refuseOther(
  then: Pick<Report, "project" | "environment">,
  now: Pick<Report, "project" | "environment">,
  file: string,
): void {
  if (then.project !== null && now.project !== null && then.project !== now.project) {
    throw inputError(
      `${file} is of project ${then.project}, and this report is of ${now.project}.`,
      "Choose the environment with --env, or give a file of this project.",
    );
  }
  if (then.environment !== null && now.environment !== null && then.environment !== now.environment) {
    throw inputError(
      `${file} is of environment ${then.environment}, and this report is of ${now.environment}.`,
      "Choose the environment with --env, or give a file of this one.",
    );
  }
}
