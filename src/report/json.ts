import type { Caller, CallerFacts, CallerFallback } from "../model/callers.ts";
import type { DeclaredFacts, DeclaredFunction } from "../model/declared.ts";
import type { DeployedFacts } from "../model/deployed.ts";
import type { ChangedSince, Difference, Finding, Report } from "../model/finding.ts";
import type { Gap } from "../model/gap.ts";
import type { HolderFacts } from "../model/holders.ts";
import type { Place } from "../model/place.ts";
import { visibleJson } from "./visible.ts";

/*
 * The JSON contracts, version 1. Keys come in the order written here, whatever the order in memory, and undefined
 * keys are left out, so that two runs on equal facts print equal bytes.
 */

/** `regions audit --format json`. */
export function auditJson(report: Report): string {
  return text({
    version: 1,
    project: report.project,
    environment: report.environment,
    today: report.today,
    ...(report.changedSince === undefined ? {} : { changedSince: changedSince(report.changedSince) }),
    findings: report.findings.map(finding),
    gaps: report.gaps.map(gap),
    notChecked: report.notChecked.map(({ rule, scope, reason }) => ({ rule, scope, reason })),
    sources: sources(report),
    checked: {
      rules: report.checked.rules,
      functions: report.checked.functions,
      callers: report.checked.callers,
      holders: report.checked.holders,
    },
    score: {
      overall: report.score.overall,
      parts: Object.fromEntries(
        Object.entries(report.score.parts).map(([area, { passed, checked, score }]) => [
          area,
          { score, passed, checked },
        ]),
      ),
    },
    notes: report.notes,
  });
}

/** `regions list callers --format json`; also what `facts:` of a caller in the manifest reads. */
export function callersJson(facts: CallerFacts, gaps: readonly Gap[]): string {
  return text({
    version: 1,
    callers: facts.callers.map(caller),
    unresolved: facts.unresolved.map((site) => ({
      ...place(site),
      reason: site.reason,
      symbol: site.symbol,
      snippet: site.snippet,
      owner: site.owner,
    })),
    env: facts.env.map((value) => ({
      place: place(value.place),
      name: value.name,
      value: value.value,
      owner: value.owner,
    })),
    files: facts.files,
    gaps: gaps.map(gap),
  });
}

/** `regions list declared --format json`. */
export function declaredJson(facts: DeclaredFacts, gaps: readonly Gap[]): string {
  return text({
    version: 1,
    functions: facts.functions.map(declaredFunction),
    unresolved: facts.unresolved.map((site) => ({ ...place(site), codebase: site.codebase, reason: site.reason })),
    files: facts.files,
    discovery: facts.discovery && {
      codebases: facts.discovery.codebases,
      compared: facts.discovery.compared,
      differences: facts.discovery.differences.map((one) => ({
        ...place(one),
        function: one.function,
        codebase: one.codebase,
        about: one.about,
        source: one.source,
        discovered: one.discovered,
      })),
    },
    gaps: gaps.map(gap),
  });
}

/** `regions list deployed --format json`. */
export function deployedJson(project: string | null, facts: DeployedFacts, gaps: readonly Gap[]): string {
  return text({ version: 1, project, ...facts, gaps: gaps.map(gap) });
}

/** `regions list holders --format json`. */
export function holdersJson(facts: HolderFacts, gaps: readonly Gap[]): string {
  return text({ version: 1, holders: facts.holders, asked: facts.asked, gaps: gaps.map(gap) });
}

function finding(one: Finding) {
  return {
    rule: one.rule,
    severity: one.severity,
    confidence: one.confidence,
    impact: one.impact,
    message: one.message,
    mend: one.mend,
    function: one.function,
    place: one.place === null ? null : place(one.place),
    expected: one.expected,
    actual: one.actual,
    related: one.related.map((related) => ({
      place: related.place === null ? null : place(related.place),
      message: related.message,
    })),
    ...(one.differences === undefined ? {} : { differences: one.differences.map(difference) }),
    fingerprint: one.fingerprint,
    ...(one.change === undefined ? {} : { change: one.change }),
    fixable: one.fixable,
    suppressed:
      one.suppressed === null
        ? null
        : {
            kind: one.suppressed.kind,
            reason: one.suppressed.reason,
            owner: one.suppressed.owner,
            until: one.suppressed.until,
            place: place(one.suppressed.place),
          },
  };
}

function changedSince({ ref, mergeBase, setAside, oldGaps }: ChangedSince) {
  const { errors, warnings, suppressed } = setAside;
  return { ref, mergeBase, setAside: { errors, warnings, suppressed }, oldGaps };
}

function difference({ kind, detail, region, field, state, cloud, manifest }: Difference) {
  return { kind, detail, region, field, state, cloud, manifest };
}

function caller(one: Caller) {
  return {
    ...place(one),
    how: one.how,
    targets: one.targets.map(({ function: name, region, when }) => ({ function: name, region, when })),
    functions: [...new Set(one.targets.map((target) => target.function))],
    regions: [...new Set(one.targets.flatMap((target) => (target.region === null ? [] : [target.region])))],
    certain: one.certain,
    regionSource: one.regionSource,
    regionPlace: one.regionPlace === null ? null : place(one.regionPlace),
    project: one.project,
    via: one.via.map(place),
    symbol: one.symbol,
    snippet: one.snippet,
    owner: one.owner,
    ...(one.fallbacks === undefined ? {} : { fallbacks: one.fallbacks.map(fallback) }),
    ...(one.callableBody === undefined ? {} : { callableBody: one.callableBody }),
  };
}

function fallback(one: CallerFallback) {
  return {
    function: one.function,
    region: one.region,
    variable: one.variable,
    place: one.place === null ? null : place(one.place),
  };
}

function declaredFunction(one: DeclaredFunction) {
  return {
    name: one.name,
    codebase: one.codebase,
    project: one.project,
    regions: one.regions,
    generation: one.generation,
    trigger: one.trigger,
    ...place(one),
    certain: one.certain,
    regionSource: one.regionSource,
    regionPlace: one.regionPlace === null ? null : place(one.regionPlace),
    snippet: one.snippet,
    globalOptions: one.globalOptions && {
      place: place(one.globalOptions.place),
      regions: one.globalOptions.regions,
      reaches: one.globalOptions.reaches,
    },
  };
}

function place({ file, line, column, endLine }: Place) {
  return { file, line, column, endLine };
}

function gap({ source, facet, scope, region, reason }: Gap) {
  return { source, facet, scope, region, reason };
}

function sources({ sources: { declared, callers, deployed, holders, state } }: Report) {
  return { declared, callers, deployed, holders, state };
}

function text(value: unknown): string {
  return `${visibleJson(JSON.stringify(value, null, 2))}\n`;
}
