import type { PlannedCodebase } from "../../src/firebase/planned-deploy.ts";
import type { DeployedFunction } from "../../src/model/deployed.ts";

type Wanted = PlannedCodebase["functions"][number];

/** A copy that the Firebase CLI has made. */
export function copy(name: string, region: string, more: Partial<DeployedFunction> = {}): DeployedFunction {
  return {
    name,
    project: "acme-prod",
    region,
    generation: 2,
    trigger: "https",
    state: "ACTIVE",
    stateMessage: null,
    runtime: "nodejs22",
    memoryMiB: 256,
    cpu: 1,
    minInstances: 0,
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

export function declared(name: string, regions: readonly string[], more: Partial<Wanted> = {}): Wanted {
  return { name, regions, generation: 2, trigger: "https", certain: true, ...more };
}

export function codebase(functions: readonly Wanted[], more: Partial<PlannedCodebase> = {}): PlannedCodebase {
  return { name: "default", functions, incomplete: null, ...more };
}
