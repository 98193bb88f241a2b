import type { LiveFleet } from "../../deployers/port.ts";
import type { Manifest } from "../../manifest/manifest.ts";
import type { DeployedFacts } from "../../model/deployed.ts";
import { InputError } from "../../model/problem.ts";
import { defineCommand, flag } from "../command.ts";
import { exitCodes } from "../exit.ts";
import { wantsColor, widthOf } from "../io.ts";
import { openDeployer } from "../wire/deployer.ts";
import { look } from "../wire/look.ts";
import { findGround, requireManifest } from "../wire/manifest.ts";

export const adopt = defineCommand({
  name: "adopt",
  summary: "takes what is live into the deployment's state, and changes nothing of it",
  description:
    "Imports every live copy at the region where it is live, undeclared and duplicate ones too, with its job, its queue and its public invoker. Nothing is created or changed, and a copy that the manifest does not want stays protected until somebody decides on it. Then tells, field by field, what the next deployment would change.",
  arguments: [],
  options: { yes: flag("-y, --yes", "adopt without asking") },
  examples: [
    { command: "regions adopt --env production", does: "a fleet that firebase-tools deployed so far" },
    { command: "regions adopt --yes --format json", does: "the differences between manifest and cloud, as data" },
  ],
  run: async ({ options, global }, io) => {
    const ground = findGround(global, io);
    const { manifest } = await requireManifest(ground, global);
    const { name: environment, project } = manifest.environment;
    const seen = await look({ deployedFile: null, snapshotFile: null, only: ["deployed"] }, global, io);
    const live = liveFleet(seen.snapshot.deployed, seen.snapshot.gaps, manifest);
    const opened = await openDeployer(ground.root, manifest, global, io);
    try {
      const reporter = await import("../../report/deployment.ts");
      const layout = { width: widthOf(io), color: wantsColor(io, global.color) };
      const isText = global.format === "text";
      if (!options.yes) {
        const ask = isText ? (io.ask ?? null) : null;
        const many = `${live.functions.length} copies`;
        const answer = ask === null ? "" : await ask(`Adopt ${many} of ${environment}, project ${project}? [y/N] `);
        if (!/^\s*y(es)?\s*$/i.test(answer)) {
          const code = ask === null ? exitCodes.usage : exitCodes.clean;
          const why = ask === null ? ": nobody is at the terminal to agree, and --yes is not given" : "";
          await io.stderr.write(`Nothing adopted${why}.\n`);
          return code;
        }
      }
      const { adopted, present, failures, differences, notes } = await opened.deployer.adopt(live, {
        signal: io.signal,
      });
      const code = failures.length > 0 ? exitCodes.failed : exitCodes.clean;
      const report = { environment, project, changes: differences, unchanged: present, failures, notes };
      if (!isText) {
        await io.stdout.write(reporter.deploymentJson(report, { adopted: adopted.map(reporter.changeJson), present }));
        return code;
      }
      const functions = adopted.filter(({ part }) => part.kind === "function").length;
      const sum = `${environment} (project ${project}): ${functions} copies adopted with ${adopted.length - functions} parts, ${present} known before.`;
      const next =
        differences.length === 0
          ? "The next deployment would change nothing."
          : "Above is what the next deployment would change; until then nothing is.";
      await io.stdout.write(`${reporter.deploymentText(report, layout)}${sum} ${next} Exit code ${code}.\n`);
      return code;
    } finally {
      await opened.close();
    }
  },
});

/** Throws InputError where not all of it could be looked at: what is not seen would not be adopted, and then made twice. */
function liveFleet(
  facts: DeployedFacts | null,
  gaps: readonly { readonly source: string; readonly facet: string; readonly scope: string; readonly reason: string }[],
  manifest: Manifest,
): LiveFleet {
  const needed = new Set(["functions", "invokers", "jobs", "queues"]);
  const missing = gaps.filter(({ source, facet }) => source === "deployed" && needed.has(facet));
  if (facts === null || missing.length > 0) {
    const problems = missing.map(({ facet, scope, reason }) => {
      const message = `What is live could not be read: ${facet}${scope === "*" ? "" : ` (${scope})`}: ${reason}.`;
      return { place: null, message, mend: "Nothing is adopted before all of it can be read.", excerpt: null };
    });
    throw new InputError(problems);
  }
  const { project } = manifest.environment;
  return {
    functions: facts.functions
      .filter((row) => row.project === project)
      .map(({ name, region, generation, trigger, invoker }) => {
        return { name, region, generation: generation ?? 2, trigger, isPublic: invoker === "public" };
      }),
    jobs: facts.jobs.map(({ name, region }) => ({ name, region })),
    queues: facts.queues.map(({ name, region }) => ({ name, region })),
  };
}
