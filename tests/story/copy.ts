import { cpSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./fleet.ts";

/** The reference fleet's manifest and code in a folder of its own, so that nobody's files or sandbox are touched. */
export function copyOfTheFleet(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `regions-${name}-`));
  const made = /(^|\/)(node_modules|lib|dist)$/;
  for (const part of ["regions.yaml", "src/functions", "examples/web"]) {
    mkdirSync(join(folder, part, ".."), { recursive: true });
    cpSync(join(root, part), join(folder, part), { recursive: true, filter: (path) => !made.test(path) });
  }
  return folder;
}
