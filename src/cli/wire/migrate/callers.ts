import { isOurs } from "../../../audit/fleet.ts";
import type { Manifest } from "../../../manifest/manifest.ts";
import { type CallersPort, Refused, Unseen } from "../../../migrate/ports/world.ts";
import type { Caller } from "../../../model/callers.ts";
import { serviceNameOf } from "../../../model/function-url.ts";
import type { SourceName } from "../../../model/gap.ts";
import { ActionError } from "../../../model/problem.ts";
import type { GlobalOptions } from "../../command.ts";
import type { Io } from "../../io.ts";
import { type Look, look } from "../look.ts";
import type { LoadedManifest } from "../manifest.ts";

export interface CallersOptions {
  readonly load: () => Promise<LoadedManifest>;
  readonly global: GlobalOptions;
  readonly io: Io;
  /** Throws Refused where nothing may be changed any more. */
  readonly check: () => void;
}

/** Callers as the source has them: read anew each time, rewritten as `regions fix` rewrites. */
export function createCallers({ load, global, io, check }: CallersOptions): CallersPort {
  const quiet = { ...global, quiet: true };
  const lookAt = (only: readonly SourceName[]): Promise<Look> =>
    look({ deployedFile: null, snapshotFile: null, only }, { ...quiet, sources: null }, io);
  return {
    async naming(name, region) {
      const { snapshot } = await lookAt(["declared", "callers"]);
      const [gap] = snapshot.gaps;
      if (gap !== undefined) throw new Unseen(`the source: ${gap.scope}: ${gap.reason}`);
      const callers = snapshot.callers?.callers ?? [];
      return callers.filter((row) => regionsReached(row, name, snapshot.project).includes(region)).map(placeText);
    },

    async rewrite(name, from, to) {
      const loaded = await load();
      const seen = await lookAt(["declared", "callers", "deployed"]);
      const [{ audit }, { planFixes }, { fixInput }, { writeFixes }] = await Promise.all([
        import("../../../audit/audit.ts"),
        import("../../../fix/plan.ts"),
        import("../fix.ts"),
        import("../write-fixes.ts"),
      ]);
      const manifest = settledIn(loaded.manifest, name, from, to);
      const { today } = global;
      const selection = { functions: new Set([name]), rules: null, paths: null };
      const report = audit(seen.snapshot, manifest, today);
      const input = await fixInput(seen, manifest, loaded.parsed, report, { today, selection, assumeLive: false });
      const plan = await planFixes(input);
      if (plan.changed.size === 0) return [];
      check();
      try {
        const isWritten = await writeFixes(plan, seen.root, input);
        return isWritten ? [...plan.changed.keys()] : [];
      } catch (error) {
        if (error instanceof ActionError) throw new Refused(error.message);
        throw error;
      }
    },
  };
}

/** The manifest as callers are to meet it: the function lives in `to`, and not in `from`. */
function settledIn(manifest: Manifest, name: string, from: string, to: string): Manifest {
  const entry = manifest.functions.get(name);
  if (entry === undefined) return manifest;
  const regions = [...new Set(entry.regions.map((one) => (one === from ? to : one)))];
  return { ...manifest, functions: new Map(manifest.functions).set(name, { ...entry, regions, moving: null }) };
}

/** Regions in which a call reaches the function; none where it goes to another project. */
export function regionsReached(row: Caller, name: string, project: string | null): readonly string[] {
  if (!isOurs(row.project, project)) return [];
  const service = serviceNameOf(name);
  return row.targets.flatMap((target) => {
    const isSame = target.function === name || serviceNameOf(target.function) === service;
    return isSame && target.region !== null ? [target.region] : [];
  });
}

export function placeText({ file, line }: { readonly file: string; readonly line: number }): string {
  return `${file}:${line}`;
}
