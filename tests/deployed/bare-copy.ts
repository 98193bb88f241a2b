import type { DeployedFunction } from "../../src/model/deployed.ts";

/** A copy of which a listing shows no more than its name, its place and how it is reached. */
export const bareCopy: Omit<DeployedFunction, "name" | "project" | "region" | "trigger"> = {
  generation: null,
  state: null,
  stateMessage: null,
  runtime: null,
  memoryMiB: null,
  cpu: null,
  minInstances: null,
  maxInstances: null,
  concurrency: null,
  timeoutSeconds: null,
  urls: [],
  invoker: null,
  serviceAccount: null,
  codebase: null,
  deployer: null,
  eventTrigger: null,
  updateTime: null,
};
