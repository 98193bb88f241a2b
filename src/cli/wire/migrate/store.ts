import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Environment } from "../../../manifest/manifest.ts";
import { createFileStore } from "../../../migrate/journal/file-store.ts";
import type { JournalStore, LockHolder } from "../../../migrate/ports/journal-store.ts";
import { InputError } from "../../../model/problem.ts";
import type { Io } from "../../io.ts";

/** How long whoever has interrupted a command waits for its lock to be given back; it would run out by itself. */
const partingMs = 5_000;

export interface OpenStore extends JournalStore {
  close(): Promise<void>;
}

/**
 * The journals of an environment's moves: beside its state on this machine, or in the bucket that `journal` names, which is
 * reached at the first question. Throws InputError where `journal` is of no such form.
 */
export function openStore(root: string, environment: Environment, io: Io): OpenStore {
  const world = { isAlive, pause: (ms: number) => sleep(ms, undefined, { signal: io.signal }) };
  if (environment.journal === null) {
    const folder = join(root, ".regions", environment.name, "moves");
    return { ...createFileStore({ folder, now: Date.now, ...world }), close: async () => {} };
  }
  return sharedStore(root, environment, environment.journal, world, io);
}

function sharedStore(
  root: string,
  environment: Environment,
  journal: string,
  world: { readonly isAlive: (pid: number) => boolean; readonly pause: (ms: number) => Promise<void> },
  io: Io,
): OpenStore {
  let opened: ReturnType<typeof open> | null = null;
  const store = async (): Promise<JournalStore> => {
    opened ??= open();
    return (await opened).store;
  };

  async function open(): Promise<{ readonly store: JournalStore; close(): Promise<void> }> {
    const [{ bucketPlace, createBucket }, { createBucketStore }, { openServices }, { machineHere }] = await Promise.all(
      [
        import("../../../migrate/outside/bucket.ts"),
        import("../../../migrate/journal/bucket-store.ts"),
        import("../services.ts"),
        import("./machine.ts"),
      ],
    );
    const place = bucketPlace(journal);
    if (place === null) throw notUnderstood(environment, journal);
    // Whoever names one bucket for two environments must not resume the moves of the one in the other.
    const own = { ...place, path: [place.path, environment.name].filter((part) => part !== "").join("/") };
    const services = await openServices(environment, root, io);
    const reach = {
      objects: await services.bucket(place.bucket),
      signal: io.signal,
      parting: () => services.bucket(place.bucket, AbortSignal.timeout(partingMs)),
    };
    const objects = createBucket(reach, own);
    return { store: createBucketStore({ objects, machine: machineHere(), ...world }), close: () => services.close() };
  }

  return {
    list: async () => (await store()).list(),
    read: async (id) => (await store()).read(id),
    append: async (id, after, line) => (await store()).append(id, after, line),
    lock: async (name, holder) => (await store()).lock(name, holder),
    close: async () => (await opened?.catch(() => null))?.close(),
  };
}

function notUnderstood({ name, place }: Environment, journal: string): InputError {
  const message = `Environment ${name} keeps its journals at ${journal}, which is no address of a bucket.`;
  const mend = "Write `journal: gs://BUCKET/PATH`, or take it out: then journals lie beside the state on this machine.";
  return new InputError([{ place, message, mend, excerpt: null }]);
}

/** Who is at a move here. */
export function holderHere(move: string, takeExpired: boolean): LockHolder {
  const host = hostname();
  return { owner: `${userName()}@${host}`, host, pid: process.pid, move, takeExpired };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return "somebody";
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
