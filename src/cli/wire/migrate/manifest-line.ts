import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { ManifestEdit } from "../../../manifest/edit.ts";
import type { ManifestLine, ManifestStanding } from "../../../migrate/ports/world.ts";
import { Refused } from "../../../migrate/ports/world.ts";
import { InputError } from "../../../model/problem.ts";
import type { LoadedManifest } from "../manifest.ts";

export interface LineOptions {
  readonly root: string;
  /** Reads regions.yaml anew, as it is on disk now. */
  readonly load: () => Promise<LoadedManifest>;
  /** Throws Refused where nothing may be changed any more. */
  readonly check: () => void;
}

/** The function's line of regions.yaml, on disk. */
export function createManifestLine({ root, load, check }: LineOptions): ManifestLine {
  async function standing(name: string, from: string, to: string): Promise<ManifestStanding> {
    const { manifest } = await load();
    const entry = manifest.functions.get(name);
    if (entry === undefined) return "other";
    const { regions, moving } = entry;
    const goes = regions.includes(to) && !regions.includes(from);
    if (moving !== null) return goes && moving.from === from ? "moving" : "other";
    if (goes) return "after";
    return regions.includes(from) && !regions.includes(to) ? "before" : "other";
  }

  return {
    standing,
    async wants(name, region) {
      const entry = (await load()).manifest.functions.get(name);
      return entry !== undefined && (entry.regions.includes(region) || entry.moving?.from === region);
    },
    async write(name, from, to, next, until) {
      const { manifest, parsed } = await load();
      const entry = manifest.functions.get(name);
      const written = parsed.functions.get(name);
      if (entry === undefined || written === undefined)
        throw new Refused(`regions.yaml declares no function ${name} any longer.`);
      const home = manifest.classes.get(entry.class)?.region ?? null;
      const { region: ownRegion, regions: ownRegions } = written.value;
      const target = next === "before" ? from : to;
      const edits: ManifestEdit[] = [];
      if (ownRegions !== undefined && ownRegions.length > 1) {
        const leaving = next === "before" ? to : from;
        const all = [...new Set(ownRegions.map((one) => (one === leaving ? target : one)))];
        edits.push({ kind: "set-function", name, key: "regions", value: all });
      } else if (ownRegions !== undefined) edits.push({ kind: "set-function", name, key: "regions", value: [target] });
      else if (target === home && ownRegion !== undefined)
        edits.push({ kind: "set-function", name, key: "region", value: null });
      else if (target !== (ownRegion ?? home)) edits.push({ kind: "set-function", name, key: "region", value: target });
      if (next === "moving") edits.push({ kind: "set-function", name, key: "moving", value: { from, until } });
      else if (written.value.moving !== undefined)
        edits.push({ kind: "set-function", name, key: "moving", value: null });
      if (edits.length === 0) return;
      const [{ editManifest }, { writeChanges }] = await Promise.all([
        import("../../../manifest/edit.ts"),
        import("../../edit-files.ts"),
      ]);
      check();
      const { file } = written.yaml;
      const before = readFileSync(resolve(root, file), "utf8").replace(/^\uFEFF/, "");
      try {
        writeChanges(root, [{ file, before, after: editManifest(before, file, edits) }], "regions migrate resume");
      } catch (error) {
        if (error instanceof InputError) throw new Refused(error.problems.map(({ message }) => message).join(" "));
        throw error;
      }
    },
  };
}
