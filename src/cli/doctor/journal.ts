import type { Google } from "../../clients/google.ts";
import { GoogleError } from "../../clients/google-error.ts";
import type { Environment } from "../../manifest/manifest.ts";
import { bucketPlace } from "../../migrate/outside/bucket.ts";
import type { DoctorLine } from "./line.ts";

/** What a move does with its journal and its lock. */
const permissions = [
  "storage.objects.create",
  "storage.objects.get",
  "storage.objects.list",
  "storage.objects.delete",
] as const;

/** Whether moves can keep their journals in the bucket that the manifest names; none where it names none. */
export async function journalLines(google: Google, environment: Environment | null): Promise<readonly DoctorLine[]> {
  const journal = environment?.journal ?? null;
  if (journal === null) return [];
  const line = { name: "journals of moves", unlocks: `\`regions migrate\` with its journals at ${journal}` };
  const place = bucketPlace(journal);
  if (place === null) {
    const todo = "Write `journal: gs://BUCKET/PATH` in regions.yaml.";
    return [{ ...line, state: "missing", detail: `${journal} is no address of a bucket`, todo }];
  }
  const url = `https://storage.googleapis.com/storage/v1/b/${place.bucket}/iam/testPermissions`;
  try {
    const answer = await google.get(url, { permissions });
    const granted = new Set(Array.isArray(answer.permissions) ? answer.permissions : []);
    const lacking = permissions.filter((one) => !granted.has(one));
    if (lacking.length === 0) {
      return [{ ...line, state: "present", detail: `${permissions.join(", ")} are granted`, todo: null }];
    }
    const todo = `Ask for ${lacking.join(", ")} on the bucket ${place.bucket}; roles/storage.objectUser has them.`;
    return [{ ...line, state: "missing", detail: `not granted: ${lacking.join(", ")}`, todo }];
  } catch (error) {
    if (!(error instanceof GoogleError)) throw error;
    const todo =
      error.kind === "not-found"
        ? `Make it: \`gcloud storage buckets create gs://${place.bucket}\`.`
        : "Check the credentials and the connection, and try again.";
    return [{ ...line, state: "missing", detail: error.reason, todo }];
  }
}
