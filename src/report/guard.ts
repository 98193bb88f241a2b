import { Chalk } from "chalk";
import type { GuardReport, RegionChanges } from "../model/guard.ts";
import type { Place } from "../model/place.ts";
import { count, paragraph, wrap } from "./layout.ts";
import { shortList } from "./short-list.ts";
import { visible, visibleJson } from "./visible.ts";

export interface GuardLayout {
  readonly width: number;
  readonly color: boolean;
  readonly verbose: boolean;
}

/** `regions guard --format json`. */
export function guardJson(report: GuardReport): string {
  const { project, environment, status, run, regions, refused, open, stops, gaps, notes } = report;
  const value = {
    version: 1,
    project,
    environment,
    status,
    run,
    regions,
    refused: refused.map((one) => ({
      function: one.function,
      region: one.region,
      codebase: one.codebase,
      obstacles: one.obstacles.map(({ kind, place, message }) => ({ kind, place, message })),
      mend: one.mend,
    })),
    open,
    stops,
    gaps: gaps.map(({ source, facet, scope, region, reason }) => ({ source, facet, scope, region, reason })),
    notes,
  };
  return `${visibleJson(JSON.stringify(value, null, 2))}\n`;
}

/** What the deployment would do, region by region, and what stands against it. */
export function guardText(report: GuardReport, layout: GuardLayout): string {
  const { width, color } = layout;
  const paint = new Chalk({ level: color ? 1 : 0 });
  const { project, environment, run } = report;
  const head = ["regions guard", `project ${project}`, `environment ${environment}`, typed(report)].join(" · ");
  const sections: string[][] = [[paint.bold(visible(head))]];
  const assumed =
    run.onlyFrom === "assumed" ? "The command line of the deployment is not known: everything is assumed." : "";
  const told = [assumed, ...report.notes]
    .filter((text) => text !== "")
    .flatMap((text) => wrap(visible(text), width, "", "  "));
  if (told.length > 0) sections.push(told);
  if (report.regions.length > 0) sections.push(report.regions.flatMap((one) => changes(one, layout, paint)));
  if (report.refused.length > 0) {
    sections.push([
      `${paint.red.bold("Must not be deleted")}  ${paint.dim(count(report.refused.length, "copy").replace(/copys$/, "copies"))}`,
      ...report.refused.flatMap(({ function: name, region, obstacles, mend }) => [
        `  ${paint.cyan(visible(name))} in ${region}`,
        ...obstacles.flatMap(({ place, message }) =>
          wrap(`${place === null ? "" : `${spot(place)}  `}${visible(message)}`, width, "    - ", "      "),
        ),
        ...wrap(visible(mend), width, "    mend: ", "          "),
      ]),
    ]);
  }
  if (report.stops.length > 0) {
    sections.push([
      paint.bold("The Firebase CLI will refuse this"),
      ...report.stops.flatMap((text) => wrap(`${visible(text)}.`, width, "  ", "    ")),
    ]);
  }
  if (report.open.length > 0) {
    sections.push([
      paint.bold("Not known"),
      ...report.open.flatMap(({ function: name, region, reason }) =>
        wrap(`${visible(name)} in ${region}: ${visible(reason)}`, width, "  ", "    "),
      ),
    ]);
  }
  if (report.gaps.length > 0) {
    sections.push([
      paint.bold("Could not look"),
      ...report.gaps.flatMap(({ source, scope, reason }) =>
        wrap(`${source}${scope === "*" ? "" : ` (${visible(scope)})`}: ${visible(reason)}`, width, "  ", "    "),
      ),
    ]);
  }
  return `${sections.map((lines) => `${lines.join("\n")}\n`).join("\n")}\n`;
}

/** The last line: whether the deployment may go on, and why. */
export function guardClosing(report: GuardReport, exitCode: number, columns: number | null): string {
  const { status, run, regions } = report;
  const deletes = regions.reduce((sum, one) => sum + one.deletes.length, 0);
  const said = {
    refused: `Stopped: ${copies(report.refused.length)} would be deleted that something still hangs on.`,
    "not known": "Stopped: it could not be looked whether this deletes what is still needed.",
    passed: deletes === 0 ? "Nothing is deleted." : `Nothing hangs on the ${copies(deletes)} that would be deleted.`,
  }[status];
  const asks =
    deletes === 0 || status !== "passed"
      ? ""
      : run.force
        ? " It is deleted without asking (--force)."
        : run.unattended
          ? " Since nobody can be asked, the Firebase CLI will end before it changes anything; --force would delete."
          : " The Firebase CLI asks before it deletes.";
  return paragraph(`${said}${asks} Exit code ${exitCode}.`, columns);
}

function copies(number: number): string {
  return `${number} ${number === 1 ? "copy" : "copies"}`;
}

function typed({ run }: GuardReport): string {
  const words = ["firebase deploy", ...(run.only === null ? [] : [`--only ${run.only}`])];
  return [...words, ...(run.force ? ["--force"] : []), ...(run.dryRun ? ["--dry-run"] : [])].join(" ");
}

function changes(one: RegionChanges, { width, verbose }: GuardLayout, paint: InstanceType<typeof Chalk>): string[] {
  const line = (verb: string, names: readonly string[]): string[] =>
    names.length === 0 ? [] : wrap(`${verb} ${shortList(names.map(visible), verbose)}`, width, "  ", "    ");
  return [
    paint.bold(one.region ?? "a region that the Firebase CLI takes from the trigger"),
    ...line("create", one.creates),
    ...line("update", one.updates),
    ...line("delete", one.deletes),
  ];
}

function spot(place: Place): string {
  return `${visible(place.file)}:${place.line}${place.column === undefined ? "" : `:${place.column}`}`;
}
