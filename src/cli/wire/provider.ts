import type { JoinedSandbox } from "../../sandbox/join.ts";

/** What a plain `pulumi` in another terminal needs to deploy into the sandbox. */
export interface SandboxProvider {
  /** To be set for it, in order. */
  readonly variables: readonly (readonly [name: string, value: string])[];
  close(): Promise<void>;
}

/** Serves the gcp provider of a sandbox. `log` hears of every write. */
export async function serveProvider(
  sandbox: Pick<JoinedSandbox, "base" | "token" | "project">,
  log: (line: string) => void,
): Promise<SandboxProvider> {
  const { startProvider } = await import("../../stacks/provider/server.ts");
  const { base: endpoint, token, project } = sandbox;
  const { port, close } = await startProvider({ endpoint, token, project, log });
  return {
    variables: [
      ["PULUMI_DEBUG_PROVIDERS", `gcp:${port}`],
      // Else the engine looks for the real plugin on the network first.
      ["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", "true"],
    ],
    close,
  };
}
