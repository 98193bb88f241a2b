import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import type { Endpoint } from "../../clients/endpoint.ts";
import { InputError } from "../../model/problem.ts";
import { wrap } from "../../report/layout.ts";
import { visible, visibleJson } from "../../report/visible.ts";
import type { Layout } from "../../sources/code/layout.ts";
import { defineCommand, type GlobalOptions } from "../command.ts";
import type { CodebaseSdk } from "../doctor/discovery.ts";
import type { DoctorLine } from "../doctor/line.ts";
import type { ManifestState } from "../doctor/manifest.ts";
import type { ProvidersInput } from "../doctor/providers.ts";
import { exitCodes } from "../exit.ts";
import { type Io, widthOf } from "../io.ts";
import { createProgress } from "../progress.ts";
import { shownPath } from "../wire/files.ts";
import { holderAccess } from "../wire/holder-access.ts";
import { findGround, type Ground, type LoadedManifest, loadManifest } from "../wire/manifest.ts";
import { openServices } from "../wire/services.ts";

export const doctor = defineCommand({
  name: "doctor",
  summary: "each credential, permission and tool: present or missing, and what it unlocks",
  description:
    "Tries every credential and permission that a look needs, one cheap call each, and says what works with it and what to do where it is missing. Changes nothing, prints no secret.",
  arguments: [],
  options: {},
  examples: [
    { command: "regions doctor", does: "for the default environment" },
    { command: "regions doctor --env production --format json", does: "the same as data" },
  ],
  run: async ({ global }, io) => {
    const ground = findGround(global, io);
    const { loaded, state } = await manifestState(ground, global);
    const environment = loaded?.manifest.environment ?? null;
    const services = await openServices(environment ?? { endpoint: "google" }, ground.root, io);
    try {
      const { runDoctor } = await import("../doctor/run.ts");
      const lines = await createProgress(io, global).during("permissions", async () =>
        runDoctor({
          node: process.version,
          git: gitVersion(),
          manifest: state,
          environment,
          env: io.env,
          project: environment?.project ?? (await projectOfCheckout(ground.root)),
          google: { google: services.google, origin: services.origin, token: services.token },
          providers: await providersOf(loaded, services, io),
          codebases: await codebasesOf(loaded, ground.root),
          now: io.now(),
        }),
      );
      await io.stdout.write(
        global.format === "json"
          ? `${visibleJson(JSON.stringify({ version: 1, checks: lines }, null, 2))}\n`
          : textOf(lines, widthOf(io)),
      );
      if (state.kind === "invalid") return exitCodes.usage;
      return lines.some((line) => line.state === "missing") ? exitCodes.gap : exitCodes.clean;
    } finally {
      await services.close();
    }
  },
});

async function manifestState(
  ground: Ground,
  global: GlobalOptions,
): Promise<{ loaded: LoadedManifest | null; state: ManifestState }> {
  const file = ground.manifestPath === null ? "regions.yaml" : shownPath(ground.root, ground.manifestPath);
  try {
    const loaded = await loadManifest(ground, global);
    if (loaded === null) return { loaded, state: { kind: "none" } };
    const { name, project } = loaded.manifest.environment;
    return { loaded, state: { kind: "valid", file, environment: name, project } };
  } catch (error) {
    // Wrong usage is told as everywhere; a wrong file is what the doctor is there to name.
    if (!(error instanceof InputError) || error.problems.every((problem) => problem.place === null)) throw error;
    return { loaded: null, state: { kind: "invalid", file, problems: error.problems } };
  }
}

async function projectOfCheckout(root: string): Promise<string | null> {
  const [only, ...others] = (await layoutOf(root)).projects;
  return others.length === 0 ? (only ?? null) : null;
}

async function layoutOf(root: string): Promise<Layout> {
  const [{ findLayout }, { Project }] = await Promise.all([
    import("../../sources/code/layout.ts"),
    import("../../sources/code/project.ts"),
  ]);
  return findLayout(await Project.open(root));
}

async function codebasesOf(loaded: LoadedManifest | null, root: string): Promise<CodebaseSdk[]> {
  const { findSdk } = await import("../../sources/declared/discovery/sdk.ts");
  const codebases = loaded === null ? (await layoutOf(root)).codebases : [...loaded.manifest.codebases.values()];
  return codebases.map(({ name, source }) => {
    const sdk = findSdk(resolve(root, source), source === "" ? "the root" : source);
    return { name, problem: sdk.kind === "found" ? null : sdk.reason };
  });
}

async function providersOf(
  loaded: LoadedManifest | null,
  services: { readonly endpoint: Endpoint; readonly access: ReturnType<typeof holderAccess> | null },
  io: Io,
): Promise<ProvidersInput> {
  const [{ createStripe }, { createTwilio }, { createTelegram }] = await Promise.all([
    import("../../clients/stripe.ts"),
    import("../../clients/twilio.ts"),
    import("../../clients/telegram.ts"),
  ]);
  const environment = loaded?.manifest.environment ?? { stripe: null, twilio: null, telegram: null };
  const access = services.access ?? holderAccess(environment, io.env);
  const reach = { endpoint: services.endpoint, signal: io.signal };
  const absent = (kind: "stripe" | "twilio" | "telegram") =>
    access.configured.has(kind) ? ("no secret" as const) : null;
  const { stripe, twilio, telegram } = access;
  return {
    stripe: stripe === null ? absent("stripe") : { ...stripe, client: createStripe({ ...reach, ...stripe }) },
    twilio: twilio === null ? absent("twilio") : { client: createTwilio({ ...reach, ...twilio }) },
    telegram: telegram === null ? absent("telegram") : { client: createTelegram({ ...reach, ...telegram }) },
    wanted: new Set([...(loaded?.manifest.functions.values() ?? [])].flatMap((entry) => entry.holders)),
  };
}

function gitVersion(): string | null {
  const answer = spawnSync("git", ["--version"], { encoding: "utf8", timeout: 10_000 });
  return answer.error === undefined && answer.status === 0 ? answer.stdout.trim() : null;
}

const marks = { present: "ok", missing: "MISSING", "not configured": "-" } as const;

function textOf(lines: readonly DoctorLine[], width: number): string {
  const text = lines.flatMap((line) => [
    ...wrap(`${visible(line.name)}: ${visible(line.detail)}`, width, marks[line.state].padEnd(9), " ".repeat(9)),
    ...wrap(`unlocks ${visible(line.unlocks)}`, width, " ".repeat(9), " ".repeat(9)),
    ...(line.todo === null ? [] : wrap(visible(line.todo), width, `${" ".repeat(9)}> `, " ".repeat(11))),
  ]);
  return `${text.join("\n")}\n`;
}
