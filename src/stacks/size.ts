import type { FunctionEntry } from "../manifest/manifest.ts";
import type { Endpoint } from "./endpoint.ts";

/** What one copy may take, with everything settled. Sizes of generation 2 unless said otherwise. */
export interface Size {
  readonly memoryMiB: number;
  /** vCPU of one instance; generation 1 gets it by its memory. */
  readonly cpu: number;
  readonly minInstances: number;
  /** Null = no ceiling of its own. */
  readonly maxInstances: number | null;
  readonly concurrency: number;
  readonly timeoutSeconds: number;
}

const usualMemoryMiB = 256;
const usualTimeoutSeconds = 60;

/** vCPU by memory: [MiB up to, generation 1, generation 2]. Cut and not rounded, as Google's own tools write them. */
const cpuByMemory: readonly (readonly [memory: number, first: number, second: number])[] = [
  [128, 0.0833, 1],
  [256, 0.1666, 1],
  [512, 0.3333, 1],
  [1024, 0.5833, 1],
  [2048, 1, 1],
  [4096, 2, 2],
  [8192, 2, 2],
  [16384, 4, 4],
];

/** vCPU that an instance gets where nobody names a number. */
export function cpuOf(memoryMiB: number, generation: 1 | 2): number {
  const row = cpuByMemory.find(([memory]) => memoryMiB <= memory);
  return row === undefined ? 8 : (row[generation] ?? 8);
}

/** The manifest's word, else the code's, else what the Firebase CLI writes. */
export function sizeOf(entry: FunctionEntry, endpoint: Endpoint): Size {
  const memoryMiB = entry.memoryMiB ?? endpoint.memoryMiB ?? usualMemoryMiB;
  const cpu = vcpu(entry, endpoint, memoryMiB);
  return {
    memoryMiB,
    cpu,
    minInstances: entry.minInstances ?? endpoint.minInstances ?? 0,
    maxInstances: entry.maxInstances ?? endpoint.maxInstances,
    concurrency: endpoint.concurrency ?? (endpoint.generation === 2 && cpu >= 1 ? 80 : 1),
    timeoutSeconds: endpoint.timeoutSeconds ?? usualTimeoutSeconds,
  };
}

function vcpu(entry: FunctionEntry, endpoint: Endpoint, memoryMiB: number): number {
  if (endpoint.generation === 1) return cpuOf(memoryMiB, 1);
  const stated = entry.cpu ?? endpoint.cpu;
  if (stated === "gcf_gen1") return cpuOf(memoryMiB, 1);
  return stated ?? cpuOf(memoryMiB, 2);
}

const wholeCpus = [1, 2, 4, 6, 8];
const firstGenerationMemories = [128, 256, 512, 1024, 2048, 4096, 8192];

/** Why Google would refuse the size, as clauses that follow the function's name; empty where it would not. */
export function sizeProblems(size: Size, endpoint: Endpoint): string[] {
  const problems: string[] = [];
  const { memoryMiB, cpu, minInstances, maxInstances, concurrency, timeoutSeconds } = size;
  if (maxInstances !== null && minInstances > maxInstances) {
    problems.push(`keeps ${minInstances} instances warm where ${maxInstances} is the ceiling`);
  }
  const longest = longestTimeout(endpoint);
  if (timeoutSeconds > longest) {
    problems.push(`may run ${timeoutSeconds} s, and Google ends it after ${longest} s: lower its timeoutSeconds`);
  }
  if (endpoint.generation === 1) {
    if (!firstGenerationMemories.includes(memoryMiB)) {
      problems.push(`has ${memoryMiB} MiB, and generation 1 knows ${firstGenerationMemories.join(", ")} MiB`);
    }
    return problems;
  }
  if (cpu < 1 ? cpu < 0.08 : !wholeCpus.includes(cpu)) {
    problems.push(`has ${cpu} vCPU, and Google gives 0.08 to 1, or ${wholeCpus.slice(1).join(", ")}`);
  }
  const least = leastCpu(memoryMiB);
  if (cpu < least) problems.push(`has ${cpu} vCPU, and ${memoryMiB} MiB need at least ${least}: raise its cpu`);
  const memory = leastMemory(cpu);
  if (memoryMiB < memory)
    problems.push(`has ${memoryMiB} MiB, and ${cpu} vCPU need at least ${memory}: raise its memory`);
  if (cpu < 1 && concurrency > 1) {
    problems.push(`serves ${concurrency} requests at once, which takes a whole vCPU, and has ${cpu}: raise its cpu`);
  }
  return problems;
}

function longestTimeout({ generation, trigger }: Endpoint): number {
  if (generation === 1 || trigger.kind === "event") return 540;
  return trigger.kind === "scheduled" || trigger.kind === "task" ? 1800 : 3600;
}

function leastCpu(memoryMiB: number): number {
  if (memoryMiB > 1024) return 1;
  return memoryMiB > 512 ? 0.5 : 0;
}

function leastMemory(cpu: number): number {
  if (cpu >= 8) return 4096;
  if (cpu >= 6) return 3072;
  return cpu >= 4 ? 2048 : 128;
}
