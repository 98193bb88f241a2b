import { startEmulators } from "./emulators.ts";

export interface AuthEmulator {
  /** Host and port. */
  readonly address: string;
  close(): Promise<void>;
}

/** Firebase's own Auth emulator, for a project whose name begins with "demo-": it asks nobody for credentials. */
export async function startAuthEmulator(project: string): Promise<AuthEmulator> {
  const emulators = await startEmulators({ project, only: ["auth"], patienceMs: 100_000 });
  return {
    address: emulators.addresses.auth,
    async close() {
      await emulators.close();
    },
  };
}
