import type { SourceName } from "../model/gap.ts";

/** Every option has the meaning of the command's own; left out, it is as if the option was not typed. */
export interface AuditOptions {
  /** Folder that relative paths, and the search for regions.yaml, start at. Default: the process's own. */
  readonly cwd?: string;
  /** regions.yaml to use. Default: the nearest one from `root`, or from `cwd` upwards. */
  readonly manifest?: string;
  /** Environment of the manifest. Default: its `defaultEnvironment`. */
  readonly environment?: string;
  /** Facts to look at. Default: what the manifest configures. */
  readonly sources?: readonly SourceName[];
  /** Folder of the code. Default: the manifest's. */
  readonly root?: string;
  /** Day to judge dates by, as YYYY-MM-DD. Default: today, in UTC. */
  readonly today?: string;
  /** File with a listing of what is deployed, instead of asking Google. */
  readonly deployed?: string;
  /** File with a recorded look, to work from offline. */
  readonly snapshot?: string;
  /** File of `regions baseline write`; what it covers is `suppressed`. */
  readonly baseline?: string;
  /** Commit or branch: only findings that the change since then brings or touches. */
  readonly changedSince?: string;
  /** Also run the codebases' own discovery, which executes their code. Default: false. */
  readonly discover?: boolean;
  /** Also compare what deployments remember with what is there. Default: false. */
  readonly state?: boolean;
  /** Keep what was read of the code for the next look. Default: false, so that no file is written. */
  readonly cache?: boolean;
  /**
   * Variables for credentials, and for what the manifest refers to as "env:NAME". Default: none. The process's own are
   * used only where they are given: `env: process.env`.
   */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /**
   * Where `env` leads to no Google credentials, ask the machine for them, as the command does: gcloud's file, the
   * metadata server. Default: false.
   */
  readonly applicationDefaultCredentials?: boolean;
  /** Ends the look; `audit` then rejects with its reason. */
  readonly signal?: AbortSignal;
}
