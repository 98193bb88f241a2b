import type { DeploymentEvent } from "../../model/deployment.ts";
import type { DeploymentReport } from "../../report/deployment.ts";
import { count, paragraph } from "../../report/layout.ts";
import { defineCommand, flag } from "../command.ts";
import { deployProgress } from "../deploy-progress.ts";
import { type ExitCode, exitCodes } from "../exit.ts";
import { createProgress } from "../progress.ts";
import { scopeOf, scopeOptions } from "../scope-options.ts";
import { textLayout } from "../text-layout.ts";
import { graceOfWrites, watchUnderWay } from "../under-way.ts";
import { openDeployer } from "../wire/deployer.ts";
import { findGround, requireManifest } from "../wire/manifest.ts";

export const deploy = defineCommand({
  name: "deploy",
  summary: "brings an environment to what the manifest and the code say",
  description:
    "Shows what would change, names the project, asks, and deploys. Where a function fails, all others go on, and the next run takes up what is left, also of a run that was killed. A function is never moved to another region by this: `regions migrate` does that.",
  graceMilliseconds: graceOfWrites,
  arguments: [],
  options: {
    ...scopeOptions,
    refresh: flag("--refresh", "put back what was changed by hand, too"),
    yes: flag("-y, --yes", "deploy without asking"),
  },
  examples: [
    { command: "regions deploy --env staging", does: "shows the changes and asks" },
    { command: "regions deploy --env production --class affiliate --yes", does: "one class, in CI" },
    { command: "regions deploy --refresh", does: "also puts back what was changed by hand" },
  ],
  run: async ({ options, global }, io) => {
    const ground = findGround(global, io);
    const { manifest } = await requireManifest(ground, global);
    const limits = scopeOf(options, manifest);
    const { name: environment, project } = manifest.environment;
    const opened = await openDeployer(ground.root, manifest, global, io);
    try {
      const [reporter, { nameOf }] = await Promise.all([
        import("../../report/deployment.ts"),
        import("../../report/part-name.ts"),
      ]);
      const layout = textLayout(global, io);
      const isText = global.format === "text";
      const request = { ...limits, refresh: options.refresh, signal: io.signal };
      const finish = async (status: Status, report: DeploymentReport): Promise<ExitCode> => {
        const code = codeOf(status);
        const sum = `${closing(status, report)} Exit code ${code}.`;
        if (isText) await io.stdout.write(paragraph(sum, io.stdout.columns));
        else await io.stdout.write(reporter.deploymentJson(report, { status }));
        return code;
      };
      const wanted = await createProgress(io, global).during("what would change", () =>
        opened.deployer.preview(request),
      );
      const { drifts, ...rest } = wanted;
      const planned = { environment, project, ...rest, ...(options.refresh ? { drifts } : {}) };
      const isEmpty = wanted.changes.length === 0 && !options.refresh;
      if (isText && (!options.yes || wanted.failures.length > 0 || isEmpty)) {
        await io.stdout.write(reporter.deploymentText(planned, layout));
      }
      if (wanted.failures.length > 0) return finish("stopped", planned);
      if (isEmpty) {
        await opened.deployer.noteUnchanged?.(request.scope);
        return finish("nothing to do", planned);
      }
      if (!options.yes) {
        const ask = isText ? (io.ask ?? null) : null;
        if (ask === null) return finish("needs consent", planned);
        const sum = reporter.deploymentSum(wanted);
        const answer = await ask(`Deploy to ${environment}, project ${project}: ${sum}? [y/N] `);
        if (!/^\s*y(es)?\s*$/i.test(answer)) return finish("declined", planned);
      }
      const shown = deployProgress(io, { ...global, quiet: global.quiet || !isText }, wanted.changes.length, nameOf);
      const underWay = watchUnderWay(io, nameOf, "regions deploy", shown.clear);
      const onEvent = (event: DeploymentEvent): void => {
        underWay.hear(event);
        shown.hear(event);
      };
      const done = await opened.deployer.deploy({ ...request, onEvent }).catch(async (error: unknown) => {
        shown.clear();
        if (io.signal.aborted) {
          await io.stderr.write(paragraph(interruptedText(environment, underWay.done()), io.stderr.columns));
        }
        throw error;
      });
      shown.clear();
      underWay.stop();
      const report = { environment, project, ...done };
      if (isText) {
        const { outcomeText } = await import("../../report/deployment-outcome.ts");
        const classOf = (name: string): string | null => manifest.functions.get(name)?.class ?? null;
        await io.stdout.write(outcomeText(done.changes, done.failures, classOf));
      }
      if (isText && (done.failures.length > 0 || done.notes.length > 0)) {
        await io.stdout.write(reporter.deploymentText({ ...report, changes: [] }, layout));
      }
      return finish(done.failures.length > 0 ? "incomplete" : "deployed", report);
    } finally {
      await opened.close();
    }
  },
});

function interruptedText(environment: string, done: number): string {
  return `${environment}: interrupted after ${count(done, "change")}. \`regions deploy\` goes on from there. Exit code ${exitCodes.interrupted}.`;
}

type Status = "nothing to do" | "stopped" | "needs consent" | "declined" | "deployed" | "incomplete";

function codeOf(status: Status): ExitCode {
  if (status === "stopped") return exitCodes.findings;
  if (status === "needs consent") return exitCodes.usage;
  return status === "incomplete" ? exitCodes.failed : exitCodes.clean;
}

function closing(status: Status, { environment, project, changes, unchanged, failures }: DeploymentReport): string {
  const where = `${environment} (project ${project})`;
  switch (status) {
    case "nothing to do":
      return `${where}: nothing to do, ${unchanged === 1 ? "1 part is as it" : `${unchanged} parts are as they`} should be.`;
    case "stopped":
      return `${where}: nothing deployed, since the above stands against it.`;
    case "needs consent":
      return "Nothing deployed: nobody is at the terminal to agree. Give --yes to deploy, or use `regions preview`.";
    case "declined":
      return "Nothing deployed.";
    case "deployed":
      return `${where}: ${count(changes.length, "change")} made, ${count(unchanged, "part")} stayed as ${unchanged === 1 ? "it was" : "they were"}.`;
    case "incomplete":
      return `${where}: ${count(changes.length, "change")} made, ${failures.length} failed. The others went on; \`regions deploy\` takes up what is left.`;
  }
}
