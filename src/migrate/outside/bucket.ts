import type { BucketObjects, StoredObject } from "../../clients/bucket-objects.ts";
import { UncertainWriteError } from "../../clients/uncertain-write.ts";
import type { ObjectLook, Objects } from "../ports/objects.ts";
import { Refused } from "../ports/world.ts";

export interface BucketPlace {
  readonly bucket: string;
  /** Without slashes at its ends; "" is the bucket itself. */
  readonly path: string;
}

/** "gs://acme-state/moves" in its parts; null: it is no such address. */
export function bucketPlace(address: string): BucketPlace | null {
  const found = /^gs:\/\/([a-z0-9][a-z0-9._-]{1,220}[a-z0-9])(?:\/([^?#]*))?$/.exec(address);
  if (found === null) return null;
  const path = (found[2] ?? "").split("/").filter((part) => part !== "");
  return path.includes(".") || path.includes("..") ? null : { bucket: found[1] ?? "", path: path.join("/") };
}

export interface BucketReach {
  readonly objects: BucketObjects;
  /** The command is being ended: what is still tidied up goes by `parting`, and need not succeed. */
  readonly signal: AbortSignal;
  readonly parting: () => Promise<BucketObjects>;
}

/** The objects below a path of a bucket of Cloud Storage. */
export function createBucket({ objects, signal, parting }: BucketReach, { bucket, path }: BucketPlace): Objects {
  const root = path === "" ? "" : `${path}/`;
  const place = `gs://${bucket}${path === "" ? "" : `/${path}`}`;

  function lookOf({ name, generation, createdAt, metadata }: StoredObject): ObjectLook {
    return { name: name.slice(root.length), generation, createdAt, writer: metadata.writer ?? null };
  }

  /** What cannot be had of the bucket ends the command: without a journal nothing is done. */
  async function had<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      const { kind, reason } = error as { readonly kind?: unknown; readonly reason?: unknown };
      if (typeof kind !== "string" || typeof reason !== "string") throw error;
      throw new Refused(`The journals at ${place}: ${reason}. ${mendOf(kind)}`);
    }
  }

  return {
    place,
    now: () => objects.now(),
    list: async (prefix) => (await had(objects.list(`${root}${prefix}`))).map(lookOf),
    look: (name) =>
      tidying(null, async (reached) => {
        const found = await had(reached.look(`${root}${name}`));
        return found === null ? null : lookOf(found);
      }),
    text: (name) => had(objects.text(`${root}${name}`)),
    put: (name, text, over, writer) =>
      tidying(null, async (reached) => {
        try {
          const stored = await reached.put(`${root}${name}`, text, { over, metadata: { writer } });
          return stored === null ? null : lookOf(stored);
        } catch (error) {
          if (error instanceof UncertainWriteError) return "unknown";
          return await had(Promise.reject(error));
        }
      }),
    remove: (name, generation) =>
      tidying(undefined, async (reached) => {
        try {
          await reached.remove(`${root}${name}`, generation);
        } catch (error) {
          // It may be gone; nobody waits for it.
          if (!(error instanceof UncertainWriteError)) await had(Promise.reject(error));
        }
      }),
  };

  /** What is still written once the command is being ended: a last line, the lock. */
  async function tidying<T>(otherwise: T, ask: (reached: BucketObjects) => Promise<T>): Promise<T> {
    if (!signal.aborted) return ask(objects);
    try {
      return await ask(await parting());
    } catch {
      return otherwise;
    }
  }
}

function mendOf(kind: string): string {
  if (kind === "denied") {
    return "Moves need storage.objects.create, get, list and delete on that bucket: roles/storage.objectUser has them.";
  }
  if (kind === "not-found" || kind === "invalid") return "Make that bucket, or mend `journal` in regions.yaml.";
  return "Nothing more is done; go on once the bucket can be reached.";
}
