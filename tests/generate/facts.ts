import type { DeclaredFacts, DeclaredFunction } from "../../src/model/declared.ts";
import type { DeployedFacts, DeployedFunction } from "../../src/model/deployed.ts";

/** A copy as a live look finds it. */
export function copy(name: string, region: string, more: Partial<DeployedFunction> = {}): DeployedFunction {
  return {
    name,
    project: "acme-prod",
    region,
    generation: 2,
    trigger: "callable",
    state: "ACTIVE",
    stateMessage: null,
    runtime: "nodejs22",
    memoryMiB: 256,
    cpu: 1,
    minInstances: null,
    maxInstances: 10,
    concurrency: 80,
    timeoutSeconds: 60,
    urls: [`https://${region}-acme-prod.cloudfunctions.net/${name}`],
    invoker: "public",
    serviceAccount: null,
    codebase: "default",
    deployer: "firebase",
    eventTrigger: null,
    updateTime: null,
    ...more,
  };
}

export function deployed(functions: readonly DeployedFunction[], more: Partial<DeployedFacts> = {}): DeployedFacts {
  return {
    origin: { kind: "live", file: null, takenAt: "2026-11-22T12:00:00Z" },
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

/** A function as its source exports it. */
export function exported(
  name: string,
  regions: readonly string[],
  more: Partial<DeclaredFunction> = {},
): DeclaredFunction {
  return {
    file: "functions/src/index.ts",
    line: 1,
    name,
    codebase: "default",
    project: null,
    regions,
    generation: 2,
    trigger: "callable",
    certain: true,
    regionPlace: null,
    regionSource: regions.length > 0 ? "literal" : null,
    snippet: `export const ${name} = onCall(() => {})`,
    ...more,
  };
}

export function declared(functions: readonly DeclaredFunction[], more: Partial<DeclaredFacts> = {}): DeclaredFacts {
  return { functions, unresolved: [], files: 1, ...more };
}
