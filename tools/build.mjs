// Bundles bin/regions.ts into dist/: one small entry and a chunk per command, because imports that are not bundled
// triple the start. Packages with native parts, or that few runs need, stay outside the bundle.
import { cpSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("..", import.meta.url));
const external = ["google-auth-library", "oxc-parser", "stripe", "twilio"];

export async function build() {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const bundle = await rolldown({
    cwd: root,
    input: { regions: "bin/regions.ts" },
    platform: "node",
    external: (id) => external.some((name) => id === name || id.startsWith(`${name}/`)),
    transform: { define: { __VERSION__: JSON.stringify(version) }, target: "node22" },
    logLevel: "warn",
  });
  rmSync(join(root, "dist"), { recursive: true, force: true });
  await bundle.write({
    dir: join(root, "dist"),
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name]-[hash].js",
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
  });
  await bundle.close();
  const rules = join(root, "src/audit/rules");
  for (const page of readdirSync(rules)) {
    if (page.endsWith(".md")) cpSync(join(rules, page), join(root, "dist/rules", page));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
