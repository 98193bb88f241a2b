import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/events.js";
import type { ImportResource, Stack } from "@pulumi/pulumi/automation/index.js";
import { ActionError } from "../model/problem.ts";
import { parseUrn } from "./parts.ts";

/** Resources that are there, and the table of the URNs that they name as parent and provider. */
export interface ImportOrder {
  readonly resources: readonly ImportResource[];
  readonly nameTable: Readonly<Record<string, string>>;
}

/** What the SDK runs its own commands with, and its types leave out: it tells errors and locks in the SDK's own form. */
interface Runner {
  run(
    args: string[],
    cwd: string,
    variables: Readonly<Record<string, string>>,
    onOutput: undefined,
    onError: undefined,
    signal: AbortSignal,
  ): Promise<unknown>;
}

/**
 * Lets the engine say what an import would do: it reads, and writes neither outside nor into the state. `hear` gets its
 * events once it has ended, also where it failed. Rejects with the engine's CommandError. The SDK's own `import` has no
 * preview, and tells no events.
 */
export async function previewImport(
  stack: Stack,
  { resources, nameTable }: ImportOrder,
  signal: AbortSignal,
  hear: (event: EngineEvent) => void,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "regions-import-"));
  const [order, log] = [join(folder, "import.json"), join(folder, "events.jsonl")];
  writeFileSync(order, JSON.stringify({ nameTable, resources }));
  const what = ["--preview-only", "--file", order, "--generate-code=false", "--event-log", log];
  const how = ["--stack", stack.name, "--non-interactive", "--color", "never", "--suppress-outputs"];
  const { workspace } = stack;
  // The engine knows --event-log only where its debugging options are switched on.
  const variables = { ...workspace.envVars, PULUMI_DEBUG_COMMANDS: "true" };
  try {
    const command = workspace.pulumiCommand as unknown as Runner;
    await command.run(["import", ...what, ...how], workspace.workDir, variables, undefined, undefined, signal);
  } finally {
    for (const event of eventsIn(log)) hear(event);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One event a line; the last line of an engine that was killed may be cut. */
function eventsIn(log: string): EngineEvent[] {
  if (!existsSync(log)) return [];
  return readFileSync(log, "utf8")
    .split("\n")
    .flatMap((line): EngineEvent[] => {
      try {
        return line === "" ? [] : [JSON.parse(line)];
      } catch {
        return [];
      }
    });
}

/** Steps that write nothing outside the state. */
const harmless = new Set(["same", "import"]);

/**
 * The guard of every adoption: throws ActionError, with all of them, where the preview of an import shows a step that is
 * none. An engine of another version may take the liberty to bring what it imports to what it expects.
 */
export function refuseAllButImports(events: readonly EngineEvent[]): void {
  const problems = events.flatMap(({ resourcePreEvent }) => {
    if (resourcePreEvent === undefined || harmless.has(resourcePreEvent.metadata.op)) return [];
    const { op, urn } = resourcePreEvent.metadata;
    const { type, name } = parseUrn(urn);
    const message = `Adopting would not only import: the engine plans to ${op} ${name} (${type}).`;
    return [{ place: null, message, mend: "Nothing was adopted, and nothing was changed.", excerpt: null }];
  });
  if (problems.length > 0) throw new ActionError(problems);
}
