import type { JournalStore } from "../../../migrate/ports/journal-store.ts";
import type { Ports } from "../../../migrate/ports/world.ts";
import type { GlobalOptions } from "../../command.ts";
import type { Io } from "../../io.ts";
import { holderAccess } from "../holder-access.ts";
import { findGround, requireManifest } from "../manifest.ts";
import { openServices } from "../services.ts";
import { createCallers } from "./callers.ts";
import { createClock } from "./clock.ts";
import { createDeployerSource } from "./deployer-source.ts";
import { createManifestLine } from "./manifest-line.ts";
import { createReaching } from "./reaching.ts";
import { openStore } from "./store.ts";

/** Everything that a move of one environment asks and changes, opened. */
export interface MoveWorld {
  readonly ports: Ports;
  readonly store: JournalStore;
  close(): Promise<void>;
}

/** `environment`: of the plan; null: the one that the command names. Throws InputError. */
export async function openMoveWorld(environment: string | null, global: GlobalOptions, io: Io): Promise<MoveWorld> {
  const here: GlobalOptions = { ...global, environment: global.environment ?? environment, sources: null };
  const ground = findGround(here, io);
  const load = () => requireManifest(ground, here);
  const { manifest } = await load();
  const { project } = manifest.environment;
  const services = await openServices(manifest.environment, ground.root, io);
  try {
    const [outside, { providerAdapters }, { googleAdapters }] = await Promise.all([
      import("../../../migrate/outside/outside.ts"),
      import("../../../migrate/outside/provider-adapters.ts"),
      import("../../../migrate/outside/google-adapters.ts"),
    ]);
    const { endpoint } = services;
    const writer = await services.writer();
    const access = services.access ?? holderAccess(manifest.environment, io.env);
    const { signal } = io;
    const adapters = new Map([
      ...(await providerAdapters({
        endpoint,
        signal,
        ...access,
        telegram: access.telegram && { secret: null, ...access.telegram },
      })),
      ...googleAdapters(writer),
    ]);
    const clock = createClock(services, manifest.environment.endpoint === "sandbox", io);
    const ports: Ports = {
      clock,
      manifest: createManifestLine({ root: ground.root, load }),
      callers: createCallers({ load, global: here, io }),
      ...outside.createOutside({
        google: writer,
        project,
        clock,
        adapters,
        reaching: createReaching(load, here, io),
        deployers: createDeployerSource({ root: ground.root, load, global: here, io }),
        access: { endpoint, signal, ...access },
        signal,
      }),
    };
    return { ports, store: openStore(ground.root, manifest.environment), close: () => services.close() };
  } catch (error) {
    await services.close();
    throw error;
  }
}
