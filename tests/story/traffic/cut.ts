import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Seed } from "../../../src/sandbox/seed.ts";
import { manifest } from "../fleet.ts";

/** Beside those that pages call and journeys pass: what traffic reaches, and a schedule of each hour, day and region. */
const others = [
  "collectDailyFigures",
  "executeScheduledCall",
  "healthCheck",
  "onChatterCommissionCreated",
  "onPaymentRecordCreated",
  "releaseChatterCommissions",
  "stuckPaymentsRecovery",
  "trackChatterClick",
  "twilioAmdTwiml",
  "twilioCallWebhook",
  "twilioGatherResponse",
];

const dashboards = ["Blogger", "Chatter", "GroupAdmin", "Influencer"].flatMap((role) => [
  `register${role}`,
  `get${role}Dashboard`,
  `get${role}Leaderboard`,
]);

/** The functions that take part in the story. The others of the reference fleet only stand by. */
export function takingPart(): ReadonlySet<string> {
  const passed = [...manifest.flows.values()].flatMap(({ edges }) => edges.map(({ to }) => to));
  const called = [...(manifest.callers.get("web")?.client?.functions ?? [])];
  const wanted = new Set([...passed, ...called, ...dashboards, ...others]);
  return new Set([...manifest.functions.keys()].filter((name) => wanted.has(name)));
}

/** The day that the story starts, with these functions and those that no line of the manifest wants. */
export function cutSeed(seed: Seed, kept: ReadonlySet<string>): Seed {
  const stays = ({ name }: { readonly name: string }) => kept.has(name) || !manifest.functions.has(name);
  return { ...seed, functions: seed.functions.filter(stays) };
}

/** Takes all other functions out of a copy of the fleet: their lines in regions.yaml, and what the codebase exports. */
export function cutFleet(folder: string, kept: ReadonlySet<string>): void {
  const file = join(folder, "regions.yaml");
  const lines = readFileSync(file, "utf8").split("\n");
  const begin = lines.indexOf("functions:");
  const stays = (line: string, index: number): boolean => {
    const name = /^ {2}(\w+):/.exec(line)?.[1];
    return index <= begin || name === undefined || kept.has(name);
  };
  writeFileSync(file, lines.filter(stays).join("\n"));
  const source = join(folder, "src/functions/src");
  const index = join(source, "index.ts");
  const text = readFileSync(index, "utf8").replaceAll(/^export \* from "(.+)";\n/gm, (_, module: string) => {
    const exported = [...readFileSync(join(source, module), "utf8").matchAll(/^export const (\w+) =/gm)];
    const names = exported.flatMap(([, name = ""]) => (kept.has(name) ? [name] : []));
    return names.length === 0 ? "" : `export { ${names.join(", ")} } from "${module}";\n`;
  });
  writeFileSync(index, text);
}
