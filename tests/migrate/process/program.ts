import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rolldown } from "rolldown";

const repository = join(import.meta.dirname, "../../..");
const product = join(repository, "src/cli/wire/migrate/deployer-source.ts");
const ours = join(import.meta.dirname, "deployer.ts");

/** Not bundled in what users get, either: with native parts, or large. */
const external = ["@grpc/grpc-js", "@pulumi", "google-auth-library", "oxc-parser", "protobufjs", "web-tree-sitter"];

/** The program as users run it, and what kills it at a line of a journal. */
export interface Program {
  /** Run by Node. */
  readonly entry: string;
  /** Loaded before it; see points.ts. */
  readonly points: string;
  /** Variables of its processes. */
  readonly env: Readonly<Record<string, string>>;
  remove(): void;
}

/**
 * Bundles the program from its own entry, with the test's deployer in the place of the one file that chooses a deployer:
 * the product has no switch for that.
 */
export async function bundleProgram(): Promise<Program> {
  const folder = mkdtempSync(join(tmpdir(), "regions-program-"));
  symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"), "junction");
  let isSwapped = false;
  const bundle = await rolldown({
    cwd: repository,
    input: { regions: "bin/regions.ts", points: "tests/migrate/process/points.ts" },
    platform: "node",
    external: (id) => external.some((name) => id === name || id.startsWith(`${name}/`)),
    plugins: [
      {
        name: "other-deployer",
        resolveId: {
          order: "pre",
          async handler(id, importer) {
            if (importer === undefined || !id.endsWith("/deployer-source.ts")) return null;
            if (join(importer, "..", id) !== product) return null;
            isSwapped = true;
            return ours;
          },
        },
      },
    ],
    transform: { define: { __VERSION__: '"0.0.0"' }, target: "node22" },
    logLevel: "warn",
  });
  await bundle.write({
    dir: folder,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name]-[hash].js",
  });
  await bundle.close();
  if (!isSwapped) throw new Error(`nothing imports ${product} any longer: another file chooses the deployer`);
  return {
    entry: join(folder, "regions.js"),
    points: join(folder, "points.js"),
    env: {},
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
