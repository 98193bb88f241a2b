import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Figure, printIfMain } from "./figure.ts";
import { node, pairedProcesses } from "./paired.ts";

const bundle = fileURLToPath(new URL("../dist/regions.js", import.meta.url));

/** `regions --version` against an empty script, both as whole processes. Needs `npm run build`. */
export async function startUp(): Promise<Figure> {
  const folder = mkdtempSync(join(tmpdir(), "regions-bench-"));
  try {
    const empty = join(folder, "empty.mjs");
    writeFileSync(empty, "");
    const { ratio, subject, reference } = pairedProcesses(41, node(bundle, "--version"), node(empty), { cwd: folder });
    return {
      what: "`regions --version`",
      against: "an empty Node script",
      ratio,
      target: 1.25,
      detail: `${subject.toFixed(1)} ms against ${reference.toFixed(1)} ms`,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await printIfMain(import.meta.url, startUp);
