// `npm run bench`: all benchmarks, and docs/benchmarks.md written from them. Figures are ratios of two things measured
// in turn in one run; absolute times are of the machine at hand and shown for orientation alone.
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { build } from "../tools/build.mjs";
import { audit10000 } from "./audit-10000.ts";
import { callers } from "./callers.ts";
import { type Figure, figureText } from "./figure.ts";
import { listing } from "./listing.ts";
import { stacks } from "./stacks.ts";
import { startUp } from "./start-up.ts";

const benches: readonly (() => Promise<Figure | readonly Figure[]>)[] = [startUp, audit10000, listing, callers, stacks];

await build();
const figures: Figure[] = [];
for (const bench of benches) {
  for (const figure of [await bench()].flat()) {
    console.log(figureText(figure));
    figures.push(figure);
  }
}
const rows = figures.map(
  (figure) =>
    `| ${figure.what} | ${figure.against} | ${figure.ratio.toFixed(2)} | ${figure.target} | ${figure.detail} |`,
);
const page = new URL("../docs/benchmarks.md", import.meta.url);
// What load.ts measures is written down by hand: it needs the machine for itself.
const [, byHand = ""] = readFileSync(page, "utf8").split(/^(?=## Bookings under load$)/m);
writeFileSync(
  page,
  `# Benchmarks

Written by \`npm run bench\`. A figure is the median of ratios between neighbouring runs of the two, as whole processes
unless the row says otherwise; the times in the last column are those of one machine (Node ${process.versions.node},
${cpus().length} cores) and mean little elsewhere.

| what | against | ratio | target | times |
|---|---|--:|--:|---|
${rows.join("\n")}
${byHand === "" ? "" : `\n${byHand}`}`,
);
