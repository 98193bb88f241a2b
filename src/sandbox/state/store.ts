import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../../model/problem.ts";
import { readPlainFile } from "../read-file.ts";
import { isObject } from "./json.ts";
import type { State } from "./state.ts";

export const stateFile = "state.json";

/** Where a sandbox's state outlives it. */
export interface Store {
  /** The state that was kept; null where there is none. Rejects with InputError when it cannot be read. */
  load(): Promise<State | null>;
  /** Resolves when the state of now, or a later one, is in the file. Saves that come together are written once. */
  save(current: () => State): Promise<void>;
}

/** A store that keeps nothing. */
export const noStore: Store = { load: async () => null, save: async () => {} };

/** Keeps the state in FOLDER/state.json: whole files only (written beside and renamed), readable by the owner alone. */
export function fileStore(folder: string): Store {
  const path = join(folder, stateFile);
  let writing: Promise<void> | null = null;
  let waiting: Promise<void> | null = null;

  async function write(state: State): Promise<void> {
    await mkdir(folder, { recursive: true });
    const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
    try {
      const file = await open(temporary, "wx", 0o600);
      try {
        await file.writeFile(`${JSON.stringify(state)}\n`);
      } finally {
        await file.close();
      }
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  function start(current: () => State): Promise<void> {
    writing = write(current()).finally(() => {
      writing = null;
    });
    return writing;
  }

  return {
    async load() {
      let text: string;
      try {
        text = await readPlainFile(path);
      } catch (error) {
        if (codeOf(error) === "ENOENT") return null;
        throw unreadable(path, codeOf(error) ?? String(error));
      }
      await removeLeftovers(folder);
      return parseState(text, path);
    },
    save(current) {
      if (writing === null) return start(current);
      // The state is read when its turn comes, so one write serves all who came meanwhile.
      waiting ??= writing
        .catch(() => {})
        .then(() => {
          waiting = null;
          return start(current);
        });
      return waiting;
    },
  };
}

function parseState(text: string, path: string): State {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unreadable(path, "it is no JSON, or cut short");
  }
  if (!isObject(value) || typeof value.project !== "string") throw unreadable(path, "it holds no state");
  if (value.version !== 1) {
    throw unreadable(path, `it is of version ${JSON.stringify(value.version)}, and this program knows version 1`);
  }
  for (const key of ["functions", "policies", "jobs", "queues", "operations", "stripe", "twilio", "telegram"]) {
    if (!isObject(value[key])) throw unreadable(path, `it lacks "${key}"`);
  }
  return { ...laterParts(), ...value } as unknown as State;
}

/** Parts that states of earlier programs do not have. */
function laterParts(): Partial<State> {
  return {
    objects: {},
    topics: {},
    accounts: {},
    secrets: {},
    secretVersions: {},
    sources: {},
    requests: {},
    alertPolicies: {},
    dashboards: {},
    repositories: {},
    quotas: {},
  };
}

/** Files of writes that were killed on the way. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(`${stateFile}.`) && name.endsWith(".tmp")) await rm(join(folder, name), { force: true });
  }
}

function unreadable(path: string, reason: string): InputError {
  return new InputError([
    {
      place: null,
      message: `The sandbox's state in ${path} cannot be read: ${reason}.`,
      mend: "Run `regions sandbox reset` to start over from the seed; what was changed in the sandbox is lost.",
      excerpt: null,
    },
  ]);
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
}
