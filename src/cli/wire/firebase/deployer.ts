import { dirname, join } from "node:path";
import type { LiveLook } from "../../../deployers/firebase.ts";
import { createFirebaseDeployer } from "../../../deployers/firebase.ts";
import type { FirebaseCli } from "../../../deployers/firebase-process.ts";
import { standInVariables } from "../../../deployers/firebase-stand-in.ts";
import type { Deployer } from "../../../deployers/port.ts";
import type { PlannedCodebase } from "../../../firebase/planned-deploy.ts";
import type { CodebaseEntry, Manifest } from "../../../manifest/manifest.ts";
import { InputError, type Problem } from "../../../model/problem.ts";
import { readDeployedLive } from "../../../sources/deployed/live.ts";
import type { Io } from "../../io.ts";
import { runBuild } from "../fleet/build.ts";
import type { Services } from "../services.ts";
import { firebaseCodebases } from "./codebases.ts";
import { findFirebaseJson, readFirebaseJson } from "./config.ts";
import { readSurely } from "./declared.ts";
import { findFirebaseCli } from "./find.ts";

/**
 * Makes a deployer of the codebases with `deployer: firebase`, for a manifest or an edit of it. Throws InputError where
 * their firebase.json does not name them, or the Firebase CLI cannot be used.
 */
export function openFirebase(
  root: string,
  manifest: Manifest,
  services: Services,
  io: Io,
): (edited: Manifest) => Deployer {
  const entries = firebaseCodebases(manifest);
  const problems: Problem[] = [];
  const codebases = new Map<string, { readonly folder: string }>();
  for (const entry of entries) {
    const file = findFirebaseJson(join(root, entry.source));
    const named = readFirebaseJson(file).codebases.find(({ name }) => name === entry.name);
    if (named?.source === join(root, entry.source)) codebases.set(entry.name, { folder: dirname(file) });
    else problems.push(notNamed(entry, file));
  }
  if (problems.length > 0) throw new InputError(problems);
  const [first] = codebases.values();
  const { program, version } = findFirebaseCli(first?.folder ?? root, io.env);
  const { base } = services.endpoint;
  const env = { ...io.env, NO_COLOR: "1", NO_UPDATE_NOTIFIER: "1", ...(base === null ? {} : standInVariables(base)) };
  const cli: FirebaseCli = { program, version, env, secrets: secretsOf(io) };

  const declared = async (name: string): Promise<PlannedCodebase> => {
    const entry = manifest.codebases.get(name);
    const source = entry?.source ?? "";
    const build = entry?.build ?? null;
    if (build !== null) {
      const { reason } = await runBuild(build, join(root, source), io.signal);
      if (reason !== null) return { name, functions: [], incomplete: `its build \`${build}\` failed: ${reason}` };
    }
    return (await readSurely(root, manifest, { name, source }, io, true)).codebase;
  };
  const live = async (): Promise<LiveLook> => {
    const look = await readDeployedLive(services.google, manifest.environment.project, { facets: [], now: io.now });
    const gaps = look.gaps.filter(({ facet }) => facet === "functions");
    const unread = gaps.map(({ region, reason }) => ({ region, reason }));
    const none = look.facts === null && unread.length === 0 ? [{ region: null, reason: "nothing was answered" }] : [];
    return { functions: look.facts?.functions ?? [], unread: [...unread, ...none] };
  };
  return (edited) => createFirebaseDeployer({ manifest: edited, codebases, cli, live, declared });
}

/** Values of variables that are called as secrets are. */
function secretsOf({ env }: Io): readonly string[] {
  return Object.entries(env).flatMap(([name, value]) =>
    /key|token|secret|password|passphrase/i.test(name) && value !== undefined ? [value] : [],
  );
}

function notNamed({ name, source, place }: CodebaseEntry, file: string): Problem {
  const message = `${file} has no codebase "${name}" with the source ${source}, so that the Firebase CLI cannot deploy it.`;
  return { place, message, mend: "Give both files the same name and source.", excerpt: null };
}
