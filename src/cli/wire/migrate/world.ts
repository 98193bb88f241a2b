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
import { createFence } from "./fence.ts";
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
  const fence = createFence(io.signal);
  const fenced: Io = { ...io, signal: fence.signal };
  const services = await openServices(manifest.environment, root, fenced, fence.fetch);
  const journals = openStore(root, manifest.environment, io);
  const store: JournalStore = {
    ...journals,
    lock: async (name, holder) => fence.watch(await journals.lock(name, holder)),
  };
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
    const { endpoint } = services;
    const access = { endpoint, signal: fence.signal, fetch: fence.fetch, stripe, twilio, telegram: bot };
    const google = await services.writer();
    const adapters = new Map([...(await providerAdapters(access)), ...googleAdapters(google)]);
    const clock = createClock(services, manifest.environment.endpoint === "sandbox", fenced);
    const reaching = createReaching(google, load, here, io);
    const deployers = createDeployerSource({ root, load, services, global: here, io: fenced });
    const own = {
      clock,
      manifest: createManifestLine({ root, load, check: fence.check }),
      callers: createCallers({ load, global: here, io: fenced, check: fence.check }),
    };
    return {
      clock,
      store,
      portsFor({ generation, rehearsal }) {
        // Anew for each run: regions.yaml or the key may be others than when it was planned.
        if (rehearsal === true) requireRehearsal(loaded, io.env);
        return {
          ...own,
          ...createOutside({ google, project, generation, clock, adapters, reaching, deployers, access }),
          rehearsal: rehearsal === true ? createRehearsal({ google, project, access, adapters }) : null,
        };
      },
      async close() {
        await journals.close();
        await services.close();
      },
    };
  } catch (error) {
    await journals.close();
    await services.close();
    throw error;
  }
}
