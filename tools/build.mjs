// Bundles bin/regions.ts into dist/: one small entry and a chunk per command, because imports that are not bundled
// triple the start. Packages with native parts, or that few runs need, stay outside the bundle. The policy pack, which
// the engine starts by itself, lies beside it.
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { noticesOf, packageOf } from "./notices.mjs";
import { writeTypes } from "./types.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Parts that every command, and every look, loads: in one file each, since each file of a start costs its time. */
const together = [
  {
    name: "command",
    test: /node_modules[\\/]commander|src[\\/]cli[\\/](?:main|arguments|command|exit|io|input-error|progress)\.ts$/,
  },
  {
    name: "look",
    test: /src[\\/](?:cli[\\/]wire[\\/](?:look|asked|cache|codebases|manifest|read-code|files)\.ts|sources[\\/]code[\\/](?:git.*|files|ignore-file|skipped-folders|text|import-clauses|look-.*)\.ts|report[\\/](?:json|json-text|visible)\.ts)$/,
  },
];
const external = [
  "@grpc/grpc-js",
  "@pulumi/gcp",
  "@pulumi/policy",
  "@pulumi/pulumi",
  "google-auth-library",
  "oxc-parser",
  "protobufjs",
  "stripe",
  "twilio",
  "web-tree-sitter",
];

/** Grammars that are published beside the bundle, packed: of the two collections, the newer make of each. */
const grammars = {
  csharp: "@repomix/tree-sitter-wasms/out/tree-sitter-c_sharp.wasm",
  dart: "@repomix/tree-sitter-wasms/out/tree-sitter-dart.wasm",
  java: "@repomix/tree-sitter-wasms/out/tree-sitter-java.wasm",
  kotlin: "@cursorless/tree-sitter-wasms/out/tree-sitter-kotlin.wasm",
  python: "@repomix/tree-sitter-wasms/out/tree-sitter-python.wasm",
  swift: "@repomix/tree-sitter-wasms/out/tree-sitter-swift.wasm",
};

export async function build() {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  rmSync(join(root, "dist"), { recursive: true, force: true });
  const foreign = [];
  const write = async (input, groups) => foreign.push(...(await bundle(input, version, groups)));
  // The entry for programs shares the chunks of the command, and is none of them.
  await write({ regions: "bin/regions.ts", index: "src/cli/library.ts" }, together);
  writeTypes(root, "src/cli/library.ts", join(root, "dist/types"));
  // In bundles of their own: what they share with the program would split the program's chunks, and slow its start.
  // `main: node_modules/gcp-regions/dist/stack.js` in a Pulumi.yaml runs the program under a plain `pulumi`.
  await write({ stack: "src/stacks/index.ts" }, []);
  // Entry of the processes that the sandbox runs deployed code in.
  await write({ "sandbox-host": "src/sandbox/run/host.ts" }, []);
  await write({ "policy-pack/index": "src/stacks/policy/pack.ts" }, []);
  const pack = join(root, "src/stacks/policy/policy-pack");
  for (const file of ["PulumiPolicy.yaml", "package.json"])
    cpSync(join(pack, file), join(root, "dist/policy-pack", file));
  // Newer engines start the file itself, too, where somebody names it and not its folder.
  chmodSync(join(root, "dist/policy-pack/index.js"), 0o755);
  const rules = join(root, "src/audit/rules");
  for (const page of readdirSync(rules)) {
    if (page.endsWith(".md")) cpSync(join(rules, page), join(root, "dist/rules", page));
  }
  mkdirSync(join(root, "dist/grammars"), { recursive: true });
  const { resolve } = createRequire(import.meta.url);
  for (const [name, file] of Object.entries(grammars)) {
    const path = resolve(file);
    foreign.push(path);
    writeFileSync(join(root, `dist/grammars/${name}.wasm.gz`), gzipSync(readFileSync(path), { level: 9 }));
  }
  const packages = new Set(foreign.map(packageOf).filter((folder) => folder !== null));
  writeFileSync(join(root, "dist/THIRD-PARTY-NOTICES.txt"), noticesOf(packages));
}

/** Writes the bundle of some entries; returns the paths of all modules in it. */
async function bundle(input, version, groups) {
  const build = await rolldown({
    cwd: root,
    input,
    platform: "node",
    external: (id) => external.some((name) => id === name || id.startsWith(`${name}/`)),
    transform: { define: { __VERSION__: JSON.stringify(version) }, target: "node22" },
    logLevel: "warn",
  });
  const { output } = await build.write({
    dir: join(root, "dist"),
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name]-[hash].js",
    ...(groups.length === 0 ? {} : { codeSplitting: { groups } }),
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
  });
  await build.close();
  return output.flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
