import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { discover, kindOf } from "./discover.ts";
import { manifest, root } from "./fleet.ts";

let discovery: Awaited<ReturnType<typeof discover>>;
beforeAll(async () => {
  discovery = await discover();
});

const names = [...manifest.functions.keys()].sort();

describe("src/functions", () => {
  it("loads under the SDK's own discovery, and declares exactly the functions of regions.yaml", () => {
    expect(Object.keys(discovery.endpoints).sort()).toEqual(names);
  });

  it("exports nothing else", () => {
    expect([...discovery.exports].sort()).toEqual(names);
  });

  it("declares the trigger that regions.yaml states, and a callable where it states none", () => {
    const kinds = (of: (name: string) => string) => Object.fromEntries(names.map((name) => [name, of(name)]));
    const declared = kinds((name) => kindOf(discovery.endpoints[name] ?? { entryPoint: name }));
    expect(declared).toEqual(kinds((name) => manifest.functions.get(name)?.trigger ?? "callable"));
  });

  it("leaves every region to regions.yaml", () => {
    const withRegion = Object.entries(discovery.endpoints).filter(([, endpoint]) => endpoint.region !== undefined);
    expect(withRegion).toEqual([]);
    const folder = join(root, "src/functions/src");
    const sources = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    const naming = sources.filter((file) => /[a-z]+-[a-z]+\d|\bregion\s*:/.test(code(join(folder, file))));
    expect(sources.length).toBeGreaterThan(100);
    expect(naming).toEqual([]);
  });

  it("exports every function by its own name, where a reader finds it", () => {
    const folder = join(root, "src/functions/src");
    const modules = [...code(join(folder, "index.ts")).matchAll(/^export \* from "(.+)";$/gm)].map((match) => match[1]);
    const written = modules.flatMap((module) =>
      [...code(join(folder, module ?? "")).matchAll(/^export const (\w+) =/gm)].map((match) => match[1]),
    );
    expect(written.sort()).toEqual(names);
  });
});

/** A file's text without its comments. */
function code(file: string): string {
  return readFileSync(file, "utf8").replaceAll(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, "$1");
}
