import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Blobs } from "../state/blobs.ts";
import { Child, ChildFailure, type ChildOptions } from "./child.ts";
import { linkPackages } from "./packages.ts";
import type { RunLog } from "./run-log.ts";
import { unzip } from "./unzip.ts";

export interface ChildrenOptions {
  readonly blobs: Blobs;
  readonly log: RunLog;
  readonly now: () => Date;
  /** Folder of the project, whose packages the code runs with. */
  readonly root: string;
  /** How long a child may have nothing to do before it is ended. */
  readonly idleMs: number;
}

interface Running {
  readonly region: string;
  readonly archive: string;
  readonly child: Promise<Child>;
}

/** The children by archive and region, and the folders of the unpacked archives. */
export class Children {
  readonly #options: ChildrenOptions;
  #running = new Map<string, Running>();
  #unpacked = new Map<string, Promise<string>>();
  #folder: Promise<string> | null = null;
  #sweep: NodeJS.Timeout | null = null;
  #ended = false;

  constructor(options: ChildrenOptions) {
    this.#options = options;
  }

  /**
   * The child of an archive in a region, started where there is none or the last one died. Rejects with ChildFailure
   * when the archive cannot be unpacked or lacks a package.
   */
  async get(
    region: string,
    archive: string,
    describe: (folder: string) => Pick<ChildOptions, "env" | "start">,
  ): Promise<Child> {
    if (this.#ended) throw new ChildFailure("start", "the sandbox is ending");
    const key = `${region} ${archive}`;
    const known = this.#running.get(key);
    if (known !== undefined) {
      const child = await known.child.catch(() => null);
      if (child?.alive) {
        child.lastUsed = Date.now();
        return child;
      }
      if (this.#running.get(key) === known) this.#running.delete(key);
      if (this.#running.has(key)) return this.get(region, archive, describe);
    }
    const child = this.#start(region, archive, describe);
    this.#running.set(key, { region, archive, child });
    this.#sweep ??= setInterval(() => void this.#endIdle(), Math.min(this.#options.idleMs, 10_000)).unref();
    return child;
  }

  /** Whether a child of an archive was started in a region, and not ended. */
  has(region: string, archive: string): boolean {
    return this.#running.has(`${region} ${archive}`);
  }

  /** Ends the children of archives that nothing is deployed from any more, once they are through with their requests. */
  async endUnused(used: ReadonlySet<string>): Promise<void> {
    await this.#endWhere((key, child) => !used.has(key) && child.busy === 0);
  }

  /** What runs, for the admin route. */
  async list(): Promise<{ region: string; archive: string; pid: number; busy: number }[]> {
    const rows = await Promise.all(
      [...this.#running.values()].map(async ({ region, archive, child }) => {
        const found = await child.catch(() => null);
        return found?.alive && found.pid !== undefined ? [{ region, archive, pid: found.pid, busy: found.busy }] : [];
      }),
    );
    return rows.flat();
  }

  /** Ends all children; new ones can start. */
  async stop(): Promise<void> {
    await this.#endWhere(() => true);
  }

  /** Ends all children for good and removes what was unpacked. */
  async close(): Promise<void> {
    this.#ended = true;
    if (this.#sweep !== null) clearInterval(this.#sweep);
    await this.stop();
    const folder = await this.#folder?.catch(() => null);
    if (folder !== null && folder !== undefined) await rm(folder, { recursive: true, force: true });
  }

  async #endIdle(): Promise<void> {
    const before = Date.now() - this.#options.idleMs;
    await this.#endWhere((_, child) => child.busy === 0 && child.lastUsed < before);
  }

  async #endWhere(fits: (key: string, child: Child) => boolean): Promise<void> {
    await Promise.all(
      [...this.#running].map(async ([key, running]) => {
        const child = await running.child.catch(() => null);
        if (child !== null && !fits(key, child)) return;
        if (this.#running.get(key) === running) this.#running.delete(key);
        await child?.end();
      }),
    );
  }

  async #start(
    region: string,
    archive: string,
    describe: (folder: string) => Pick<ChildOptions, "env" | "start">,
  ): Promise<Child> {
    const folder = await this.#unpack(archive);
    const { log, now } = this.#options;
    return new Child({
      ...describe(folder),
      print: (from, text) => log.add({ at: now().toISOString(), region, archive: archive.slice(0, 12), from, text }),
    });
  }

  #unpack(archive: string): Promise<string> {
    const known = this.#unpacked.get(archive);
    if (known !== undefined) return known;
    const unpacked = this.#unpackNow(archive);
    this.#unpacked.set(archive, unpacked);
    // What is installed meanwhile counts at the next try.
    unpacked.catch(() => this.#unpacked.delete(archive));
    return unpacked;
  }

  async #unpackNow(archive: string): Promise<string> {
    const bytes = await this.#options.blobs.get(archive);
    if (bytes === null) throw new ChildFailure("start", "its archive is gone");
    // Outside the project: from within, Node would find packages that the archive does not declare.
    this.#folder ??= mkdtemp(join(tmpdir(), "regions-run-"));
    const folder = await mkdtemp(join(await this.#folder, `${archive.slice(0, 12)}-`));
    try {
      for (const file of unzip(bytes)) {
        const path = join(folder, file.path);
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, file.bytes);
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new ChildFailure("start", `its archive cannot be unpacked: ${reason}`);
    }
    const problems = await linkPackages(folder, this.#options.root);
    if (problems.length > 0) throw new ChildFailure("start", `its build failed: ${problems.join("; ")}`);
    return folder;
  }
}
