// Keeps the documentation true. `node tools/docs.mjs` rewrites what is generated; `--check` fails where it differs.
//   - a fenced block after `<!-- run: regions ... -->` in a Markdown file holds that command's output;
//     `<!-- run: regions ... | lines 1-20 -->` shows only those lines, with "..." for what is left out
//   - docs/cli.md comes from the definitions of the commands
//   - docs/look-role.yaml and two tables of docs/permissions.md come from src/clients/look-permissions.ts and
//     tools/move-permissions.ts
//   - regions.schema.json and docs/schemas/*.json come from the same schemas that check input and output
//   - every path and every relative link that a page names must exist
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadCommands } from "../src/cli/main.ts";
import { build } from "./build.mjs";
import { cliPage } from "./cli-page.mjs";
import { lookRole, withPermissions } from "./permissions.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const check = process.argv.includes("--check");
const problems = [];

const tracked = (pattern) =>
  spawnSync("git", ["ls-files", "-co", "--exclude-standard", "--", pattern], { cwd: root, encoding: "utf8" })
    .stdout.split("\n")
    .filter((file) => file !== "" && existsSync(join(root, file)));

/** A copy of what the commands of the pages read, so that nobody's own sandbox state is used or touched. */
function copyOfTheFleet() {
  const copy = mkdtempSync(join(tmpdir(), "regions-docs-"));
  const built = /(^|\/)(node_modules|lib|dist)$/;
  for (const part of ["regions.yaml", "src/functions", "examples"]) {
    cpSync(join(root, part), join(copy, part), { recursive: true, filter: (path) => !built.test(path) });
  }
  return copy;
}

/** Runs a command of the pages on the fleet in its starting state. Output without colour. */
function run(command) {
  const [program, ...args] = command.split(" ");
  if (program !== "regions") throw new Error(`Only "regions" commands can be shown, not: ${command}`);
  const result = spawnSync(process.execPath, [join(root, "dist/regions.js"), ...args], {
    cwd: fleet,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1", COLUMNS: "110" },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.error) throw result.error;
  return result.stdout.trimEnd();
}

function update(file, text) {
  const path = join(root, file);
  const before = existsSync(path) ? readFileSync(path, "utf8") : null;
  if (before === text) return;
  if (check) problems.push(`${file} is out of date: run "npm run docs".`);
  else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

function excerpt(output, range) {
  if (range === undefined) return output;
  const [from, to] = range.split("-").map(Number);
  const lines = output.split("\n");
  const head = from > 1 ? ["..."] : [];
  const tail = to < lines.length ? ["..."] : [];
  return [...head, ...lines.slice(from - 1, to), ...tail].join("\n");
}

function pages() {
  const block = /<!-- run: (.+?)(?: \| lines (\d+-\d+))? -->\n```(\w*)\n(?:[\s\S]*?\n)?```$/gm;
  for (const file of tracked("*.md")) {
    const text = readFileSync(join(root, file), "utf8");
    const fresh = text.replace(block, (_, command, range, language) => {
      const lines = range === undefined ? "" : ` | lines ${range}`;
      return `<!-- run: ${command}${lines} -->\n\`\`\`${language}\n${excerpt(run(command), range)}\n\`\`\``;
    });
    if (fresh !== text) update(file, fresh);
    for (const [, target] of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      if (!existsSync(join(root, dirname(file), target)))
        problems.push(`${file} links to ${target}, which does not exist.`);
    }
  }
}

/** Paths in ARCHITECTURE.md and CONTRIBUTING.md are written as code; each must exist. */
function paths() {
  for (const file of ["ARCHITECTURE.md", "CONTRIBUTING.md"]) {
    const text = readFileSync(join(root, file), "utf8");
    for (const [, path] of text.matchAll(/`((?:src|bin|tests|bench|docs|tools|examples)\/[\w./-]*)`/g)) {
      if (!path.includes("NAME") && !existsSync(join(root, path)))
        problems.push(`${file} names ${path}, which does not exist.`);
    }
  }
}

const schemas = new Map([
  ["regions.schema.json", "manifest"],
  ["docs/schemas/adopt.schema.json", "adopt"],
  ["docs/schemas/audit.schema.json", "audit"],
  ["docs/schemas/baseline.schema.json", "baseline"],
  ["docs/schemas/callers.schema.json", "callers"],
  ["docs/schemas/declared.schema.json", "declared"],
  ["docs/schemas/fix.schema.json", "fix"],
  ["docs/schemas/guard.schema.json", "guard"],
  ["docs/schemas/journal.schema.json", "journal"],
  ["docs/schemas/migrate.schema.json", "migrate"],
  ["docs/schemas/migrate-list.schema.json", "migrate-list"],
  ["docs/schemas/migrate-plan.schema.json", "migrate-plan"],
  ["docs/schemas/migrate-status.schema.json", "migrate-status"],
  ["docs/schemas/replay.schema.json", "replay"],
  ["docs/schemas/report.schema.json", "report"],
  ["docs/schemas/snapshot.schema.json", "snapshot"],
  ["docs/schemas/verify.schema.json", "verify"],
]);

await build();
const fleet = copyOfTheFleet();
for (const [file, name] of schemas) update(file, `${run(`regions schema ${name}`)}\n`);
update("docs/cli.md", cliPage(await loadCommands()));
update("docs/look-role.yaml", lookRole());
update("docs/permissions.md", withPermissions(readFileSync(join(root, "docs/permissions.md"), "utf8")));
pages();
paths();
rmSync(fleet, { recursive: true, force: true });
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
