// `node tools/release.mjs TAG`: ends with 1 unless the tag, package.json and CHANGELOG.md tell of the same version.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const version = /^v((?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?)$/;

/** What is wrong with publishing a tag; empty where nothing is. */
export function releaseProblems(tag, packageJson, changelog) {
  const [, tagged] = version.exec(tag) ?? [];
  if (tagged === undefined) return [`${tag} is no version: a tag reads v1.2.3, or v1.2.3-beta.1.`];
  const problems = [];
  const { version: written } = JSON.parse(packageJson);
  if (written !== tagged) problems.push(`The tag says ${tagged}, and package.json ${written}: run "npm version".`);
  const headings = [...changelog.matchAll(/^## (\S+)/gm)].map(([, heading]) => heading);
  // A preliminary version may be one of what is not released yet.
  if (!headings.includes(tagged) && !(tagged.includes("-") && headings[0] === "Unreleased"))
    problems.push(`CHANGELOG.md has no heading "## ${tagged}": give its changes one.`);
  return problems;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const read = (file) => readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
  const problems = releaseProblems(process.argv[2] ?? "", read("package.json"), read("CHANGELOG.md"));
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
