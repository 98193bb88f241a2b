import type { Manifest } from "../../src/manifest/manifest.ts";
import { parseManifest } from "../../src/manifest/parse.ts";
import { resolveManifest } from "../../src/manifest/resolve.ts";
import type { Caller } from "../../src/model/callers.ts";
import type { DeclaredFunction } from "../../src/model/declared.ts";
import type { DeployedFacts, DeployedFunction } from "../../src/model/deployed.ts";
import type { Report } from "../../src/model/finding.ts";
import { canonicalUrl, parseFunctionUrl } from "../../src/model/function-url.ts";
import type { Gap } from "../../src/model/gap.ts";
import type { Holder, HolderKind } from "../../src/model/holders.ts";
import type { Snapshot } from "../../src/model/snapshot.ts";
import type { StateFacts } from "../../src/model/state.ts";

export const project = "acme-prod";
export const today = "2026-11-22";
export const takenAt = "2026-11-22T06:00:00Z";

const head = `version: 1
environments: { production: { project: acme-prod } }
regions:
  us-central1: {}
  europe-west1: {}
  europe-west2: {}
  europe-west3: { protected: true }
classes:
  core: { region: europe-west1, allow: [us-central1] }
  affiliate: { region: europe-west2 }
  payments: { region: europe-west3, isolatedFrom: [core, affiliate] }
codebases:
  default: { source: functions, deployer: pulumi }
`;

/** A manifest of these function lines, with further top-level lines after them. */
export function manifestOf(functions: readonly string[], rest = ""): Manifest {
  return manifestFrom(`${head}functions:\n${functions.map((line) => `  ${line}\n`).join("")}${rest}`);
}

export function manifestFrom(text: string, environment: string | null = null): Manifest {
  return resolveManifest(parseManifest(text, "regions.yaml"), environment);
}

export function copy(name: string, region: string, more: Partial<DeployedFunction> = {}): DeployedFunction {
  return {
    name,
    project,
    region,
    generation: 2,
    trigger: "callable",
    state: "ACTIVE",
    stateMessage: null,
    runtime: "nodejs22",
    memoryMiB: 256,
    cpu: 0.1666,
    minInstances: 0,
    maxInstances: 10,
    concurrency: 1,
    timeoutSeconds: 60,
    urls: [canonicalUrl(project, region, name)],
    invoker: "public",
    serviceAccount: null,
    codebase: "default",
    deployer: "firebase",
    eventTrigger: null,
    updateTime: "2026-10-02T09:12:44Z",
    ...more,
  };
}

export function deployedOf(functions: readonly DeployedFunction[], more: Partial<DeployedFacts> = {}): DeployedFacts {
  return {
    origin: { kind: "live", file: null, takenAt },
    lacks: [],
    functions,
    services: [],
    jobs: [],
    queues: [],
    triggers: [],
    locations: [],
    runtimes: [],
    usage: [],
    databases: [],
    buckets: [],
    ...more,
  };
}

export function caller(
  file: string,
  line: number,
  name: string,
  region: string | null,
  more: Partial<Caller> = {},
): Caller {
  return {
    file,
    line,
    column: 9,
    endLine: line,
    how: "callable",
    targets: [{ function: name, region, when: null }],
    certain: true,
    regionSource: "literal",
    regionPlace: null,
    project: null,
    via: [],
    symbol: null,
    snippet: `httpsCallable(functions, "${name}")`,
    owner: "web",
    ...more,
  };
}

export function exported(
  name: string,
  line: number,
  regions: readonly string[],
  more: Partial<DeclaredFunction> = {},
): DeclaredFunction {
  return {
    file: "functions/src/index.ts",
    line,
    name,
    codebase: "default",
    project: null,
    regions,
    generation: 2,
    trigger: "callable",
    certain: true,
    regionPlace: null,
    regionSource: regions.length === 0 ? null : "literal",
    snippet: `onCall(${name})`,
    ...more,
  };
}

export function holder(kind: HolderKind, id: string, field: string, url: string, more: Partial<Holder> = {}): Holder {
  return { kind, id, label: id, field, url, target: parseFunctionUrl(url), active: true, region: null, ...more };
}

export interface Parts {
  readonly deployed?: DeployedFacts | readonly DeployedFunction[];
  readonly callers?: readonly Caller[];
  readonly declared?: readonly DeclaredFunction[];
  readonly holders?: readonly Holder[];
  readonly asked?: readonly HolderKind[];
  readonly state?: StateFacts;
  readonly gaps?: readonly Gap[];
  readonly failed?: readonly (keyof Snapshot["sources"])[];
}

/** A look at these parts; parts that are not given were not asked for. */
export function look(parts: Parts): Snapshot {
  const { deployed, callers, declared, holders, state, gaps = [], failed = [] } = parts;
  const status = (source: keyof Snapshot["sources"], given: unknown) => {
    if (failed.includes(source)) return "failed" as const;
    if (given === undefined) return "not asked" as const;
    return gaps.some((gap) => gap.source === source) ? ("partial" as const) : ("read" as const);
  };
  return {
    version: 1,
    project,
    takenAt,
    sources: {
      declared: status("declared", declared),
      callers: status("callers", callers),
      deployed: status("deployed", deployed),
      holders: status("holders", holders),
      state: status("state", state),
    },
    gaps,
    declared: declared === undefined ? null : { functions: declared, unresolved: [], files: 1 },
    callers: callers === undefined ? null : { callers, unresolved: [], env: [], files: 1 },
    deployed: deployed === undefined ? null : "functions" in deployed ? deployed : deployedOf(deployed),
    holders: holders === undefined ? null : { holders, asked: parts.asked ?? ["stripe", "twilio"] },
    state: state ?? null,
  };
}

export function unreachable(region: string): Gap {
  return {
    source: "deployed",
    facet: "functions",
    scope: region,
    region,
    reason: `Google did not answer for ${region}`,
  };
}

/** "rule function" of every finding, in the report's order. */
export function brief(report: Report): string[] {
  return report.findings.map((finding) => `${finding.rule} ${finding.function ?? "-"}`);
}

/** Reasons by "rule scope". */
export function open(report: Report): Record<string, string> {
  return Object.fromEntries(report.notChecked.map(({ rule, scope, reason }) => [`${rule} ${scope}`, reason]));
}
