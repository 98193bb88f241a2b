import { rmSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../../model/problem.ts";
import type { GlobalOptions } from "../../command.ts";
import { type Ground, loadParsed } from "../manifest.ts";
import { environmentFolder } from "./input.ts";

/**
 * Forgets what was deployed into the sandbox: a state of things that a reset has taken away would say that they are
 * there. Environments of other endpoints are left alone, and so is a manifest that cannot be read.
 */
export async function forgetDeployments(ground: Ground, global: GlobalOptions): Promise<void> {
  for (const name of await sandboxEnvironments(ground, global)) {
    for (const part of ["state", "engine", "archives"]) {
      rmSync(join(environmentFolder(ground.root, name), part), { recursive: true, force: true });
    }
  }
}

async function sandboxEnvironments(ground: Ground, global: GlobalOptions): Promise<readonly string[]> {
  try {
    const parsed = await loadParsed(ground, global);
    return [...(parsed?.environments ?? [])].flatMap(([name, { value }]) =>
      value.endpoint === "sandbox" ? [name] : [],
    );
  } catch (error) {
    if (error instanceof InputError) return [];
    throw error;
  }
}
