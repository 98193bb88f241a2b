import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { optionsModule } from "../../src/generate/options-module.ts";
import { type Emulators, startEmulators } from "../browser/emulators.ts";
import { manifest, root } from "../story/fleet.ts";
import { buildFleet, source } from "./fleet-code.ts";

/**
 * What a deployer does by itself: the code names no region, so each function gets the region of regions.yaml from the
 * module that `regions generate options` writes.
 */
const entry = `import * as fleet from "./index.js";
import { functions } from "./regions.js";

for (const [name, declared] of Object.entries(fleet)) {
  const value = { ...declared.__endpoint, region: [functions[name].region].flat() };
  Object.defineProperty(declared, "__endpoint", { value });
}

export * from "./index.js";
`;

const lines = (values: Readonly<Record<string, string>>) =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}\n`)
    .join("");

/**
 * The whole fleet under the Firebase emulator suite's functions emulator, with its Auth emulator. The emulator runs
 * functions on the Node that it runs on itself and says so where `engines` names another: firebase-tools 15.34 knows
 * nodejs20, 22 and 24, and needs Node 20 or later.
 */
export function startFunctionsEmulator(
  project: string,
  firestoreHost: string,
  variables: Readonly<Record<string, string>>,
  secrets: Readonly<Record<string, string>>,
): Promise<Emulators<"auth" | "functions">> {
  return startEmulators({
    project,
    only: ["auth", "functions"],
    config: { functions: { source: "functions" } },
    prepare(folder) {
      const functions = join(folder, "functions");
      mkdirSync(functions);
      buildFleet(join(functions, "lib"));
      const [codebase, ...others] = manifest.codebases.values();
      if (codebase === undefined || others.length > 0) throw new Error("the fleet is to be one codebase");
      writeFileSync(join(functions, "lib/regions.js"), optionsModule(manifest, codebase));
      writeFileSync(join(functions, "lib/emulated.js"), entry);
      const described = JSON.parse(readFileSync(join(source, "package.json"), "utf8")) as object;
      writeFileSync(join(functions, "package.json"), JSON.stringify({ ...described, main: "lib/emulated.js" }));
      copyFileSync(join(source, ".env"), join(functions, ".env"));
      writeFileSync(join(functions, ".env.local"), lines(variables));
      writeFileSync(join(functions, ".secret.local"), lines(secrets));
      symlinkSync(join(root, "node_modules"), join(functions, "node_modules"));
    },
    variables: {
      FIRESTORE_EMULATOR_HOST: firestoreHost,
      // Seconds to read what the code exports: the usual ten are short for a loaded machine.
      FUNCTIONS_DISCOVERY_TIMEOUT: "120",
    },
    patienceMs: 240_000,
  });
}
