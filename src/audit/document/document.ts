import type { Manifest } from "../../manifest/manifest.ts";
import type { FleetDocument } from "../../model/document.ts";
import type { MoveRow, ScoreEntry } from "../../model/document-history.ts";
import type { Report } from "../../model/finding.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { View } from "../view.ts";
import type { Advisor } from "./advice/advisor.ts";
import { farDatabases } from "./advice/distance.ts";
import { mergeable } from "./advice/merge.ts";
import { servicesPerRegion } from "./advice/services.ts";
import { uncalled } from "./advice/uncalled.ts";
import { capacityRows } from "./capacity.ts";
import { changesSince, movesSince } from "./changes.ts";
import { copiesOf, type Earlier } from "./earlier.ts";
import { flowRows } from "./flows.ts";
import { functionRows } from "./functions.ts";
import { callRows, holderRows, trafficRows } from "./reach.ts";
import { regionRows } from "./regions.ts";
import { runtimeRows } from "./runtimes.ts";
import { historyOf, scoreEntry, scoreOf } from "./score.ts";
import { openQuestions, sourceRows, verdictOf } from "./unseen.ts";

/** What a document may hold beside one look. */
export interface Beside {
  readonly earlier: Earlier | null;
  /** Null: no history is kept. */
  readonly history: readonly ScoreEntry[] | null;
  /** Null: the journals of moves could not be read; then `unread` says why. */
  readonly moves: readonly MoveRow[] | null;
  /** What could not be looked at beside the sources: a sentence each. */
  readonly unread: readonly string[];
}

const advisors: readonly Advisor[] = [servicesPerRegion, farDatabases, mergeable, uncalled];

/** The whole document: pure, synchronous, linear in the size of its input. `report` is the audit of `snapshot`. */
export function documentOf(
  report: Report,
  snapshot: Snapshot,
  manifest: Manifest | null,
  beside: Beside,
): FleetDocument {
  const view = new View(snapshot, manifest, report.today);
  const functions = functionRows(view, report);
  const regions = regionRows(view, functions);
  const calls = callRows(view);
  const holders = holderRows(view);
  const sources = sourceRows(report);
  const { facts } = view.fleet;
  const isLive = facts?.origin.kind === "live" || !view.fleet.lacks("unreachable-regions");
  const deployedFrom = facts === null ? null : isLive ? "live" : "listing";
  const said = advisors.map((advise) => advise({ view, functions, calls }));
  const { earlier } = beside;
  const verdict = verdictOf(report);
  const now = copiesOf({ functions, regions, deployedFrom, sources });
  return {
    version: 1,
    kind: "report",
    project: report.project,
    environment: report.environment,
    today: report.today,
    takenAt: snapshot.takenAt,
    deployedFrom,
    verdict: beside.unread.length > 0 && verdict.tone === "clean" ? { ...verdict, tone: "partial" } : verdict,
    checked: report.checked,
    sources,
    openQuestions: openQuestions(report),
    findings: report.findings,
    regions,
    traffic: trafficRows(
      calls,
      holders,
      regions.map(({ name }) => name),
    ),
    functions,
    calls,
    holders,
    flows: flowRows(view),
    capacity: capacityRows(view),
    runtimes: runtimeRows(view),
    score: scoreOf(report),
    history: beside.history === null ? null : historyOf(beside.history, scoreEntry(report, snapshot.takenAt)),
    changes: earlier === null ? null : changesSince(earlier, now, report),
    moves: beside.moves === null ? null : movesSince(beside.moves, earlier?.at ?? null),
    advice: said.flatMap(({ advice }) => advice),
    unread: [...beside.unread, ...said.flatMap(({ noAdvice }) => noAdvice)],
    notes: report.notes,
  };
}
