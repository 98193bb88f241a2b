import type { DeploymentEvent } from "../../model/deployment.ts";
import { defineCommand, flag } from "../command.ts";
import { deployProgress } from "../deploy-progress.ts";
import { exitCodes } from "../exit.ts";
import { inputError } from "../input-error.ts";
import { textLayout } from "../text-layout.ts";
import { graceOfWrites, watchUnderWay } from "../under-way.ts";
import { openDeployer } from "../wire/deployer.ts";
import { findGround, requireManifest } from "../wire/manifest.ts";

export const destroy = defineCommand({
  name: "destroy",
  summary: "deletes everything that deployments made in an environment",
  description:
    "Deletes what the deployment's state knows: functions, jobs, queues, bindings, accounts. What was adopted and not decided on stays, unless --include-adopted is given. For the sandbox it asks once; for every other environment the project's name has to be typed.",
  graceMilliseconds: graceOfWrites,
  arguments: [],
  options: {
    includeAdopted: flag("--include-adopted", "delete what was adopted, too"),
    yes: flag("-y, --yes", "delete without asking; for the sandbox only"),
  },
  examples: [{ command: "regions destroy --env sandbox --yes", does: "clears what was deployed into the sandbox" }],
  run: async ({ options, global }, io) => {
    const ground = findGround(global, io);
    const { manifest } = await requireManifest(ground, global);
    const { name: environment, project, endpoint } = manifest.environment;
    const isSandbox = endpoint === "sandbox";
    if (options.yes && !isSandbox) {
      throw inputError(
        `--yes deletes without asking, and ${environment} is no sandbox.`,
        "Leave --yes away, and type the project's name when you are asked for it.",
      );
    }
    if (!options.yes) {
      const ask = io.ask ?? null;
      const question = isSandbox
        ? `Delete everything deployed in ${environment}? [y/N] `
        : `This deletes every function of project ${project}. Type the project's name to go on: `;
      const answer = ask === null ? "" : (await ask(question)).trim();
      const agreed = isSandbox ? /^y(es)?$/i.test(answer) : answer === project;
      if (!agreed) {
        const why = ask === null ? ": nobody is at the terminal to agree" : "";
        await io.stderr.write(`Nothing deleted${why}.\n`);
        return ask === null ? exitCodes.usage : exitCodes.clean;
      }
    }
    const opened = await openDeployer(ground.root, manifest, global, io);
    try {
      const { includeAdopted } = options;
      const [reporter, { nameOf }, { count, paragraph }] = await Promise.all([
        import("../../report/deployment.ts"),
        import("../../report/part-name.ts"),
        import("../../report/layout.ts"),
      ]);
      const isText = global.format === "text";
      const shown = deployProgress(io, { ...global, quiet: global.quiet || !isText }, null, nameOf);
      const underWay = watchUnderWay(io, nameOf, "regions destroy", shown.clear);
      const onEvent = (event: DeploymentEvent): void => {
        underWay.hear(event);
        shown.hear(event);
      };
      const done = await opened.deployer.destroy({ includeAdopted, signal: io.signal, onEvent });
      shown.clear();
      underWay.stop();
      const report = { environment, project, ...done };
      const code = done.failures.length > 0 ? exitCodes.failed : exitCodes.clean;
      if (global.format === "json") await io.stdout.write(reporter.deploymentJson(report));
      else {
        const layout = textLayout(global, io);
        const sum = `${environment} (project ${project}): ${count(done.changes.length, "part")} deleted, ${done.failures.length} failed. Exit code ${code}.`;
        const told = reporter.deploymentText({ ...report, changes: [] }, layout);
        await io.stdout.write(told + paragraph(sum, io.stdout.columns));
      }
      return code;
    } finally {
      await opened.close();
    }
  },
});
