import type { JournalStore } from "../../../migrate/ports/journal-store.ts";
import type { Clock, Ports } from "../../../migrate/ports/world.ts";
import type { MovePlan } from "../../../model/move.ts";
import type { GlobalOptions } from "../../command.ts";
import type { Io } from "../../io.ts";
import { holderAccess, telegramSecret } from "../holder-access.ts";
import { findGround, requireManifest } from "../manifest.ts";
import { openServices } from "../services.ts";
import { createCallers } from "./callers.ts";
import { createClock } from "./clock.ts";
import { createDeployerSource } from "./deployer-source.ts";
import { createManifestLine } from "./manifest-line.ts";
import { createReaching } from "./reaching.ts";
import { requireRehearsal } from "./rehearsal.ts";
import { openStore } from "./store.ts";

/** Everything that moves of one environment ask and change, opened. */
export interface MoveWorld {
  readonly clock: Clock;
  readonly store: JournalStore;
  portsFor(plan: MovePlan): Ports;
  close(): Promise<void>;
}

/** `environment`: of a plan; null: the one that the command names. Throws InputError. */
export async function openMoveWorld(environment: string | null, global: GlobalOptions, io: Io): Promise<MoveWorld> {
  const here: GlobalOptions = { ...global, environment: global.environment ?? environment, sources: null };
  const ground = findGround(here, io);
  const { root } = ground;
  const load = () => requireManifest(ground, here);
  const loaded = await load();
  const { manifest } = loaded;
  const { project } = manifest.environment;
  const services = await openServices(manifest.environment, root, io);
  try {
    const [{ createOutside }, { providerAdapters }, { googleAdapters }, { createRehearsal }] = await Promise.all([
      import("../../../migrate/outside/outside.ts"),
      import("../../../migrate/outside/provider-adapters.ts"),
      import("../../../migrate/outside/google-adapters.ts"),
      import("../../../migrate/outside/rehearsal.ts"),
    ]);
    const { stripe, twilio, telegram } = services.access ?? holderAccess(manifest.environment, io.env);
    const secret = telegramSecret(manifest.environment, io.env);
    const bot = telegram === null ? null : { token: telegram.token, secret };
    const access = { endpoint: services.endpoint, signal: io.signal, stripe, twilio, telegram: bot };
    const google = await services.writer();
    const adapters = new Map([...(await providerAdapters(access)), ...googleAdapters(google)]);
    const clock = createClock(services, manifest.environment.endpoint === "sandbox", io);
    const reaching = createReaching(load, here, io);
    const deployers = createDeployerSource({ root, load, services, global: here, io });
    const own = {
      clock,
      manifest: createManifestLine({ root, load }),
      callers: createCallers({ load, global: here, io }),
    };
    return {
      clock,
      store: openStore(root, manifest.environment),
      portsFor({ generation, rehearsal }) {
        // Anew for each run: regions.yaml or the key may be others than when it was planned.
        if (rehearsal === true) requireRehearsal(loaded, io.env);
        return {
          ...own,
          ...createOutside({ google, project, generation, clock, adapters, reaching, deployers, access }),
          rehearsal: rehearsal === true ? createRehearsal({ google, project, access, adapters }) : null,
        };
      },
      close: () => services.close(),
    };
  } catch (error) {
    await services.close();
    throw error;
  }
}
