import { defineCommand, flag } from "../command.ts";
import { exitCodes } from "../exit.ts";
import { createProgress } from "../progress.ts";
import { scopeOf, scopeOptions } from "../scope-options.ts";
import { textLayout } from "../text-layout.ts";
import { openDeployer } from "../wire/deployer.ts";
import { findGround, requireManifest } from "../wire/manifest.ts";

export const preview = defineCommand({
  name: "preview",
  summary: "what a deployment would change, per region and function",
  description:
    "Builds and packs the codebases, asks their SDK what they declare, and compares with what the last deployment left, or with what is really there (--refresh). Changes nothing.",
  arguments: [],
  options: {
    ...scopeOptions,
    refresh: flag("--refresh", "compare with what is really there, and tell what was changed by hand"),
    expectNoChanges: flag("--expect-no-changes", "end with 1 where anything would change; for CI"),
  },
  examples: [
    { command: "regions preview", does: "what `regions deploy` would do" },
    { command: "regions preview --refresh --expect-no-changes", does: "CI: nobody has changed anything by hand" },
    { command: "regions preview --class payments --format json", does: "one class, as data" },
  ],
  run: async ({ options, global }, io) => {
    const ground = findGround(global, io);
    const { manifest } = await requireManifest(ground, global);
    const limits = scopeOf(options, manifest);
    const opened = await openDeployer(ground.root, manifest, global, io);
    try {
      const found = await createProgress(io, global).during("what would change", () =>
        opened.deployer.preview({ ...limits, refresh: options.refresh, signal: io.signal }),
      );
      const [reporter, { paragraph }] = await Promise.all([
        import("../../report/deployment.ts"),
        import("../../report/layout.ts"),
      ]);
      const { name: environment, project } = manifest.environment;
      const { drifts, ...rest } = found;
      const report = { environment, project, ...rest, ...(options.refresh ? { drifts } : {}) };
      const code =
        found.failures.length > 0 || (options.expectNoChanges && found.changes.length > 0)
          ? exitCodes.findings
          : exitCodes.clean;
      if (global.format === "json") await io.stdout.write(reporter.deploymentJson(report));
      else {
        const layout = textLayout(global, io);
        const sum = `${environment} (project ${project}): ${reporter.deploymentSum(found)}. Exit code ${code}.`;
        const { reasonsText } = await import("../../report/adoption.ts");
        const why = found.adopted === true ? reasonsText(found.changes, layout) : "";
        await io.stdout.write(reporter.deploymentText(report, layout) + why + paragraph(sum, io.stdout.columns));
      }
      return code;
    } finally {
      await opened.close();
    }
  },
});
