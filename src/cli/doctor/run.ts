import type { Environment } from "../../manifest/manifest.ts";
import { type CodebaseSdk, discoveryLines } from "./discovery.ts";
import { type GoogleAccess, googleLines } from "./google.ts";
import { journalLines } from "./journal.ts";
import type { DoctorLine } from "./line.ts";
import { type ManifestState, manifestLine } from "./manifest.ts";
import { type ProvidersInput, providerLines } from "./providers.ts";
import { gitLine, nodeLine } from "./tools.ts";
import { variableLines } from "./variables.ts";

/** Everything that the checks look at; they read nothing of the process themselves. */
export interface DoctorInput {
  /** `process.version` */
  readonly node: string;
  /** What `git --version` prints; null where it cannot be run. */
  readonly git: string | null;
  readonly manifest: ManifestState;
  /** The environment of a valid manifest; null without one. */
  readonly environment: Environment | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Google project id, of the manifest or of .firebaserc; null: none is known, and Google is not asked. */
  readonly project: string | null;
  readonly google: GoogleAccess;
  readonly providers: ProvidersInput;
  /** Codebases of functions here, and whether their SDK can be run. */
  readonly codebases?: readonly CodebaseSdk[];
  readonly now: Date;
}

/** Each credential, permission and tool: there or not, what it unlocks, what to type. Rejects only with an abort. */
export async function runDoctor(input: DoctorInput): Promise<readonly DoctorLine[]> {
  const { environment, manifest, project } = input;
  const [google, journal, providers] = await Promise.all([
    googleLines(input.google, project, input.now),
    journalLines(input.google.google, environment),
    providerLines(input.providers),
  ]);
  return [
    nodeLine(input.node),
    gitLine(input.git),
    manifestLine(manifest),
    ...variableLines(environment, input.env),
    ...google,
    ...journal,
    ...providers,
    ...discoveryLines(input.codebases ?? []),
  ];
}
