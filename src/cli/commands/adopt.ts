import type { Adoption, LiveFleet } from "../../deployers/port.ts";
import type { Manifest } from "../../manifest/manifest.ts";
import type { Gap } from "../../model/gap.ts";
import { InputError } from "../../model/problem.ts";
import type { AdoptionReport } from "../../report/adoption.ts";
import { defineCommand, flag } from "../command.ts";
import { exitCodes } from "../exit.ts";
import { inputError } from "../input-error.ts";
import { createProgress } from "../progress.ts";
import { textLayout } from "../text-layout.ts";
import { graceOfWrites, watchUnderWay } from "../under-way.ts";
import { openDeployer } from "../wire/deployer.ts";
import { seenFleet } from "../wire/live-fleet.ts";
import { look } from "../wire/look.ts";
import { findGround, requireManifest } from "../wire/manifest.ts";

export const adopt = defineCommand({
  name: "adopt",
  summary: "takes what is live into the deployment's state, and changes nothing of it",
  description:
    "Imports every live copy at the region where it is live, undeclared and duplicate ones too, with its job, its queue and its public invoker. Nothing is created or changed at Google, and a copy that the manifest does not want stays protected until somebody decides on it. Then tells, field by field, what the next deployment would change, and why. With --accept-live, memory, cpu, instances and runtime go into regions.yaml as they are live; region and class never do.",
  graceMilliseconds: graceOfWrites,
  arguments: [],
  options: {
    acceptLive: flag("--accept-live", "write what is live into regions.yaml; shows the diff first and asks"),
    yes: flag("-y, --yes", "adopt, and write, without asking"),
  },
  examples: [
    { command: "regions adopt --env production", does: "a fleet that firebase-tools deployed so far" },
    { command: "regions adopt --env production --accept-live", does: "and keeps its sizes as they are live" },
    { command: "regions adopt --yes --format json", does: "the differences between manifest and cloud, as data" },
  ],
  run: async ({ options, global }, io) => {
    const ground = findGround(global, io);
    const { manifest, parsed } = await requireManifest(ground, global);
    const { name: environment, project } = manifest.environment;
    const isText = global.format === "text";
    const ask = isText ? (io.ask ?? null) : null;
    if (!options.yes && ask === null) {
      await io.stderr.write("Nothing adopted: nobody is at the terminal to agree, and --yes is not given.\n");
      return exitCodes.usage;
    }
    const agreed = async (question: string): Promise<boolean> =>
      options.yes || /^\s*y(es)?\s*$/i.test((await ask?.(`${question} [y/N] `)) ?? "");
    const reporter = await import("../../report/adoption.ts");
    const layout = textLayout(global, io);
    const seen = await look({ deployedFile: null, snapshotFile: null, only: ["deployed"] }, global, io);
    const { live, gaps } = seenFleet(seen.snapshot.deployed, seen.snapshot.gaps, project);
    if (live === null) {
      const report = { ...nothing, environment, project, gaps };
      if (!isText) await io.stdout.write(reporter.adoptionJson(report));
      else await io.stdout.write(reporter.unseenText(report, layout));
      return exitCodes.gap;
    }
    const { nameOf } = await import("../../report/part-name.ts");
    const underWay = watchUnderWay(io, nameOf, "regions adopt");
    const onEvent = underWay.hear;
    const opened = await openDeployer(ground.root, manifest, global, io);
    try {
      if (!(await agreed(`Adopt ${live.functions.length} copies of ${environment}, project ${project}?`))) {
        await io.stderr.write("Nothing adopted.\n");
        return exitCodes.clean;
      }
      const progress = createProgress(io, global);
      const { signal } = io;
      const first = await progress.during("what is adopted", () => opened.deployer.adopt(live, { signal, onEvent }));
      const notes = [...strays(live, manifest), ...first.notes];
      let report = reportOf({ ...first, notes }, environment, project, gaps);
      if (options.acceptLive) report = await accept(report);
      const code = report.failures.length > 0 ? exitCodes.failed : gaps.length > 0 ? exitCodes.gap : exitCodes.clean;
      if (!isText) await io.stdout.write(reporter.adoptionJson(report));
      else {
        const { paragraph } = await import("../../report/layout.ts");
        const sum = paragraph(`${reporter.adoptionSum(report)} Exit code ${code}.`, io.stdout.columns);
        await io.stdout.write(reporter.adoptionText(report, layout) + sum);
      }
      return code;

      async function accept(adopted: AdoptionReport): Promise<AdoptionReport> {
        const [{ draftOfLive }, { unifiedDiff }, { writeChanges }] = await Promise.all([
          import("../accept-live.ts"),
          import("../../fix/unified-diff.ts"),
          import("../edit-files.ts"),
        ]);
        const { root } = ground;
        const { deployer, deployerFor } = opened;
        const asked = { root, parsed, manifest, deployer, deployerFor, whole: gaps.length === 0 };
        const draft = await draftOfLive(asked).catch((error: unknown) => {
          throw error instanceof InputError ? new InputError([...unwritten.problems, ...error.problems]) : error;
        });
        const files = draft.changes.map(({ file, before, after }) => ({
          file,
          diff: unifiedDiff(file, before, after),
        }));
        const acceptance = { status: "declined" as const, accepted: draft.accepted, left: draft.left, files };
        const told = [...adopted.notes, ...notOurs(live?.functions ?? [], manifest)];
        const report = { ...adopted, notes: [...told, ...everywhere(manifest, files.length)], acceptance };
        if (files.length === 0) {
          return { ...report, notes: told, acceptance: { ...acceptance, status: "nothing to write" as const } };
        }
        if (isText) await io.stdout.write(reporter.acceptanceText(report, layout));
        const values = draft.accepted.length === 1 ? "this value" : `these ${draft.accepted.length} values`;
        if (!(await agreed(`Write ${values} into ${files.map(({ file }) => file).join(" and ")}?`))) return report;
        writeChanges(root, draft.changes, "regions adopt --accept-live");
        const again = live ?? { unseen: [], functions: [], jobs: [], queues: [] };
        const after = await progress.during("what is different now", () =>
          draft.deployer.adopt(again, { signal, onEvent, lookAgain: false }),
        );
        return {
          ...report,
          changes: after.differences,
          refusals: after.refusals,
          failures: [...adopted.failures, ...after.failures],
          acceptance: { ...acceptance, status: "written" as const },
        };
      }
    } finally {
      underWay.stop();
      await opened.close();
    }
  },
});

const unwritten = inputError(
  "Everything is adopted, but with what is live the manifest would not hold, so nothing was written into it.",
  null,
);

const nothing = {
  changes: [],
  unchanged: 0,
  failures: [],
  notes: [],
  adopted: [],
  present: 0,
  refusals: [],
  acceptance: { status: "not asked" as const, accepted: [], left: [], files: [] },
};

function reportOf(adoption: Adoption, environment: string, project: string, gaps: readonly Gap[]): AdoptionReport {
  const { differences, present, ...rest } = adoption;
  return { ...nothing, ...rest, environment, project, gaps, changes: differences, present, unchanged: present };
}

/** Copies that nobody wants where they are: a person has to decide on each. */
function strays({ functions }: LiveFleet, manifest: Manifest): string[] {
  const unwanted = functions.filter(({ name, region }) => {
    const entry = manifest.functions.get(name);
    return entry === undefined || !(entry.regions.includes(region) || entry.moving?.from === region);
  });
  if (unwanted.length === 0) return [];
  const named = unwanted.map(({ name, region }) => `${name} in ${region}`).sort();
  return [
    `adopted, protected and left alone until somebody decides, because ${manifest.file} does not want them there: ${named.join(", ")}`,
  ];
}

/** What firebase.json and the source say, regions.yaml does not. */
function notOurs(functions: LiveFleet["functions"], manifest: Manifest): string[] {
  return [...manifest.codebases.values()].flatMap(({ name, deployer }) => {
    const own = functions.filter((copy) => manifest.functions.get(copy.name)?.codebase === name);
    if (deployer === "pulumi" || own.length === 0) return [];
    const many = own.length === 1 ? "1 live copy" : `${own.length} live copies`;
    return [
      `nothing is written for the ${many} of codebase ${name}: firebase deploys it, so ${manifest.file} owns their region and class alone`,
    ];
  });
}

/** A line of a function has no environments. */
function everywhere({ environment, environments, file }: Manifest, files: number): string[] {
  const others = environments.filter((name) => name !== environment.name);
  if (files === 0 || others.length === 0) return [];
  return [`what is written into ${file} holds in ${others.join(", ")} as well`];
}
