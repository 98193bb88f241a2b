import { audit } from "../../audit/audit.ts";
import { Fleet } from "../../audit/fleet.ts";
import type { DraftProject } from "../../fix/draft-project.ts";
import { type PlanInput, planFixes } from "../../fix/plan.ts";
import type { Selection } from "../../fix/sort-findings.ts";
import type { Client, Reading } from "../../fix/task.ts";
import type { Manifest } from "../../manifest/manifest.ts";
import type { ParsedManifest } from "../../manifest/parsed.ts";
import { resolveManifest } from "../../manifest/resolve.ts";
import type { Finding, Report } from "../../model/finding.ts";
import type { Gap, SourceName } from "../../model/gap.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { isRegionId } from "../../sources/callers/reading.ts";
import { readInstance } from "../../sources/callers/sdk.ts";
import { envReader } from "../../sources/code/env-files.ts";
import type { Evaluator } from "../../sources/code/evaluate.ts";
import { listFiles } from "../../sources/code/files.ts";
import type { Value } from "../../sources/code/value.ts";
import { whyNotWritable } from "../edit-files.ts";
import type { Look } from "./look.ts";
import type { LoadedManifest } from "./manifest.ts";
import { declaredOwners, readCallersHere, readDeclaredHere } from "./read-code.ts";

/** What planning fixes needs to know of a look and of the world around it. `report` is the audit of the look. */
export async function fixInput(
  seen: Look,
  manifest: Manifest,
  parsed: ParsedManifest,
  report: Report,
  options: { readonly today: string; readonly selection: Selection; readonly assumeLive: boolean },
): Promise<PlanInput> {
  const { root, snapshot } = seen;
  const fleet = new Fleet({ ...snapshot, project: report.project });
  const others = manifest.environments
    .filter((name) => name !== manifest.environment.name)
    .map((name) => resolveManifest(parsed, name));
  const asked = (source: SourceName) => snapshot.sources[source] !== "not asked";
  const declared = asked("declared")
    ? snapshot.declared
    : manifest.codebases.size === 0
      ? null
      : (await readDeclaredHere(root, manifest, null)).facts;
  return {
    root,
    list: await listFiles(root),
    selection: options.selection,
    assumeLive: options.assumeLive,
    reading: {
      callers: snapshot.callers ?? { callers: [], unresolved: [], env: [], files: 0 },
      gaps: snapshot.gaps.filter(ofCode),
      declared,
      report,
    },
    read: (draft) => readTree(draft, seen, manifest, report, options.today),
    envOf: (draft) =>
      envReader(
        draft,
        declaredOwners(manifest).map(({ folder, mode, kind }) => ({ folder, mode, kind, projectId: report.project })),
      ),
    clientsOf,
    presence: (name, region) => fleet.presence(name, region),
    elsewhere: (name, region) => {
      for (const { environment, functions } of others) {
        const entry = functions.get(name);
        if (entry === undefined || entry.regions.includes(region) || entry.moving?.from === region) continue;
        return { environment: environment.name, regions: entry.regions };
      }
      return null;
    },
    isForeign: (row) => (manifest.callers.get(row.owner ?? "")?.facts ?? null) !== null,
    whyNotWritable: (file) => whyNotWritable(root, file),
  };
}

/**
 * The manifest as callers are to meet it: a move whose new copy is live has no old region any longer, so that its
 * callers can follow while the old copy is still there.
 */
export function withArrivedMoves(manifest: Manifest, snapshot: Snapshot): Manifest {
  const fleet = new Fleet({ ...snapshot, project: snapshot.project ?? manifest.environment.project });
  const functions = new Map(
    [...manifest.functions].map(([name, entry]) => {
      const hasArrived = entry.moving !== null && entry.regions.every((one) => fleet.presence(name, one) === "live");
      return [name, hasArrived ? { ...entry, moving: null } : entry];
    }),
  );
  return { ...manifest, functions };
}

/** The findings that `regions fix` would mend as things are. Reads the tree again, and writes nothing. */
export async function fixableFindings(
  seen: Look,
  { manifest, parsed }: LoadedManifest,
  report: Report,
  today: string,
): Promise<ReadonlySet<Finding>> {
  const selection: Selection = { functions: null, rules: null, paths: null };
  const { mended } = await planFixes(
    await fixInput(seen, manifest, parsed, report, { today, selection, assumeLive: false }),
  );
  return new Set(mended.map(({ task }) => task.finding));
}

function ofCode({ source }: Gap): boolean {
  return source === "callers" || source === "declared";
}

/** Reads a draft of the tree as the look read the tree itself, and audits it with what the look knows of the rest. */
async function readTree(
  draft: DraftProject,
  { root, snapshot }: Look,
  manifest: Manifest,
  report: Report,
  today: string,
): Promise<Reading> {
  const isAsked = snapshot.sources.declared !== "not asked";
  const none = { facts: null, gaps: [] };
  const callers = await readCallersHere(root, manifest, null, report.project, draft);
  const declared = manifest.codebases.size === 0 ? none : await readDeclaredHere(root, manifest, null, draft);
  const gaps = [...(isAsked ? declared.gaps : []), ...callers.gaps];
  const fresh: Snapshot = {
    ...snapshot,
    gaps: [...gaps, ...snapshot.gaps.filter((gap) => !ofCode(gap))],
    callers: callers.facts,
    declared: isAsked ? declared.facts : null,
  };
  return {
    callers: callers.facts ?? { callers: [], unresolved: [], env: [], files: 0 },
    gaps,
    declared: declared.facts,
    report: audit(fresh, manifest, today),
  };
}

/** A value as the Functions clients that it can be, one for each region; null when it is none, or cannot be told. */
function clientsOf(_: Evaluator, value: Value): readonly Client[] | null {
  const apps = new Map<string, Set<string>>();
  const clients = new Map<string, Client>();
  for (const reading of readInstance(value)) {
    if (reading.kind !== "region") return null;
    const app = appKey(reading.app);
    for (const { value: region, sure, env, when } of reading.region) {
      if (region.kind !== "text" || region.holes.length > 0 || !isRegionId(region.text)) continue;
      const keys = (apps.get(region.text) ?? new Set()).add(app ?? "");
      apps.set(region.text, keys);
      clients.set(region.text, {
        region: region.text,
        // `getApps().length > 0 ? getApp() : initializeApp(…)` is one app in two ways.
        app: [...keys].sort().join(" or "),
        isCommitted: env?.use === "committed",
        isSure: app !== null && sure && env?.use !== "fallback" && when.length === 0 && reading.region.length === 1,
      });
    }
  }
  return [...clients.values()];
}

/** Tells one app from another by where it is made; null where nobody can tell. */
function appKey(app: Value | null): string | null {
  if (app === null) return defaultApp;
  if (app.kind === "external" || app.kind === "global") return app.name;
  if (app.kind !== "call") return null;
  const { callee, args, site } = app;
  const name = callee.kind === "external" || callee.kind === "member" ? callee.name : null;
  // getApp() and app() without a name are the default app, as is the one that is set up without a name.
  if ((name === "getApp" || name === "app") && args.length === 0) return defaultApp;
  if (name === "initializeApp" && args.length < 2) return defaultApp;
  return `${site.module.file}:${site.node.start}`;
}

const defaultApp = "default";
