import { type JsonObject, objectAt, textAt } from "./json.ts";
import { defaultAccount, partsOf } from "./names.ts";
import { invalidField } from "./refusal.ts";
import { uuidOf } from "./services.ts";
import type { State } from "./state.ts";

/**
 * The build of a function as the server answers it: what the caller wrote, the archive in the place where the service
 * copies it to, where it came from (`sourceProvenance`), and what the server fills in. Refuses an archive that nobody
 * has put there.
 */
export function completeBuild(state: State, name: string, build: JsonObject): JsonObject {
  const { region, id } = partsOf(name);
  const result: JsonObject = {
    ...build,
    dockerRegistry: "ARTIFACT_REGISTRY",
    dockerRepository:
      textAt(build, "dockerRepository") ?? `projects/${state.project}/locations/${region}/repositories/gcf-artifacts`,
    serviceAccount:
      textAt(build, "serviceAccount") ?? `projects/${state.project}/serviceAccounts/${defaultAccount(state, 2)}`,
    build: `projects/${state.projectNumber}/locations/${region}/builds/${uuidOf(`${name}${state.counter}`)}`,
    ...(build.onDeployUpdatePolicy === undefined ? { automaticUpdatePolicy: {} } : {}),
  };
  const source = objectAt(objectAt(build, "source"), "storageSource");
  const bucket = textAt(source, "bucket");
  const object = textAt(source, "object");
  if (bucket === null || object === null) return result;
  const copy = {
    bucket: `gcf-v2-sources-${state.projectNumber}-${region}`,
    object: `${id}/function-source.zip`,
  };
  // A caller that writes back what it has read leaves the source as it is.
  if (bucket === copy.bucket && object === copy.object) return result;
  const generation = checkArchive(state, bucket, object, "build_config.source");
  state.counter += 1;
  const copied = `17622072${String(state.counter).padStart(8, "0")}`;
  result.source = { storageSource: { ...copy, generation: copied } };
  const blob = state.objects[`${bucket}/${object}`]?.blob ?? state.uploads[`${bucket}/${object}`]?.blob;
  if (blob !== undefined) state.sources[copied] = blob;
  result.sourceProvenance = { resolvedStorageSource: { bucket, object, generation } };
  return result;
}

/** Generation of an archive that is there. */
export function checkArchive(state: State, bucket: string, object: string, field: string): string {
  const key = `${bucket}/${object}`;
  const generation = textAt(state.objects[key]?.resource ?? {}, "generation") ?? state.uploads[key]?.generation;
  if (generation === undefined) {
    throw invalidField(field, `Cloud Storage object gs://${key} does not exist or cannot be read.`);
  }
  return generation;
}
