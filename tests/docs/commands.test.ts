import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { parseArguments } from "../../src/cli/arguments.ts";
import type { Command } from "../../src/cli/command.ts";
import { byHand } from "../../src/cli/planned.ts";
import { parseManifest } from "../../src/manifest/parse.ts";
import { resourceTypes } from "../../src/stacks/resource.ts";

const root = join(import.meta.dirname, "../..");
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync(join(root, "docs")).flatMap((file) => (file.endsWith(".md") ? [`docs/${file}`] : [])),
];
const textOf = (page: string): string => readFileSync(join(root, page), "utf8");

const commands = new Map<string, Command>();
for (const file of readdirSync(join(root, "src/cli/commands"))) {
  const module: Record<string, Command> = await import(`../../src/cli/commands/${file}`);
  for (const command of Object.values(module)) commands.set(command.name, command);
}

/** Fenced blocks of a language, without what marks them. */
function blocksOf(page: string, language: RegExp): string[] {
  const fences = [...textOf(page).matchAll(/^( *)```(\w*)\n([\s\S]*?)^\1```$/gm)];
  return fences.flatMap(([, indent = "", name = "", text = ""]) =>
    language.test(name) ? [text.replaceAll(new RegExp(`^${indent}`, "gm"), "")] : [],
  );
}

/** Command lines that a reader can type: of blocks, and in running text those with an option. */
function typed(page: string): string[] {
  const lines = blocksOf(page, /^(?:sh|)$/).flatMap((text) => text.split("\n"));
  const inBlocks = lines.flatMap((line) => /^(?:\w+=\S+ )*(regions .*?)(?: +#.*| > .*)?$/.exec(line)?.[1] ?? []);
  const steps = blocksOf(page, /^yaml$/).flatMap((text) =>
    [...text.matchAll(/run: npx (regions .*)$/gm)].map((match) => match[1] ?? ""),
  );
  const inText = [...textOf(page).matchAll(/`(regions [a-z][^`\n]* --?[^`\n]*)`/g)].map((match) => match[1] ?? "");
  return [...inBlocks, ...steps, ...inText];
}

describe.each(pages.filter((page) => typed(page).length > 0))("%s", (page) => {
  it.each([...new Set(typed(page))])("shows a command that can be typed: %s", (line) => {
    const [, name = "", ...words] = line.split(/\s+/);
    const command = commands.get(name);
    if (command === undefined) expect(byHand(name), `${name} is no command`).not.toBeNull();
    else expect(() => parseArguments(command, words, "2026-11-22", 80)).not.toThrow();
  });
});

describe("the pages about deploying", () => {
  const permissions = textOf("docs/permissions.md");

  it("show parts of regions.yaml as they may be written", () => {
    const fragments = ["docs/firebase.md", "docs/state.md"].flatMap((page) => blocksOf(page, /^yaml$/));
    expect(fragments).toHaveLength(3);
    for (const fragment of fragments) {
      const text = stringify({ ...around, ...parse(fragment) });
      expect(() => parseManifest(text, "regions.yaml")).not.toThrow();
    }
  });

  it("show workflows and settings that are YAML", () => {
    const blocks = ["docs/ci.md", "docs/deploy.md", "docs/permissions.md"].flatMap((page) => blocksOf(page, /^yaml$/));
    expect(blocks.map((text) => Object.keys(parse(text))[0])).toEqual([
      "name",
      "steps",
      "include",
      "repos",
      "name",
      "name",
      "title",
    ]);
  });

  it("give for every kind of resource what it takes to make and to remove one", () => {
    const [, deploy = ""] = permissions.split("## `regions deploy`\n");
    const rows = new Map(
      [...deploy.matchAll(/^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)].map(([, of = "", needs = ""]) => [of, needs]),
    );
    const missing = resourceTypes.filter((type) => !rows.get(rowOf[type] ?? "")?.includes("`"));
    expect(missing).toEqual([]);
    expect(Object.values(rowOf).filter((row) => !rows.has(row))).toEqual([]);
  });
});

/** What the parts of the pages stand in. */
const around = {
  version: 1,
  defaultEnvironment: "production",
  environments: { production: { project: "acme-prod" } },
  regions: { "europe-west1": {}, "europe-west3": {} },
  classes: { payments: { region: "europe-west3" } },
};

const rowOf: Readonly<Record<string, string>> = {
  "gcp:storage/bucket:Bucket": "the bucket of archives",
  "gcp:storage/bucketObject:BucketObject": "the bucket of archives",
  "gcp:serviceaccount/account:Account": "accounts of classes",
  "gcp:serviceaccount/iAMMember:IAMMember": "accounts of classes",
  "gcp:projects/iAMMember:IAMMember": "roles of classes",
  "gcp:secretmanager/secretIamMember:SecretIamMember": "access to secrets",
  "gcp:cloudfunctionsv2/function:Function": "functions, and who may call them",
  "gcp:cloudfunctions/function:Function": "functions, and who may call them",
  "gcp:cloudfunctions/functionIamMember:FunctionIamMember": "functions, and who may call them",
  "gcp:cloudrunv2/serviceIamMember:ServiceIamMember": "functions, and who may call them",
  "gcp:cloudscheduler/job:Job": "Scheduler jobs",
  "gcp:cloudtasks/queue:Queue": "task queues",
  "gcp:pubsub/topic:Topic": "topics",
  "gcp:monitoring/alertPolicy:AlertPolicy": "alerts and dashboard",
  "gcp:monitoring/dashboard:Dashboard": "alerts and dashboard",
};
