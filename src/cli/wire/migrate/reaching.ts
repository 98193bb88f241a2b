import type { Google } from "../../../clients/google.ts";
import { tasksWaitingFor } from "../../../migrate/outside/waiting-tasks.ts";
import { type HoldersPort, Unseen } from "../../../migrate/ports/world.ts";
import type { GlobalOptions } from "../../command.ts";
import type { Io } from "../../io.ts";
import { look } from "../look.ts";
import type { LoadedManifest } from "../manifest.ts";
import { moveFacts } from "./facts.ts";

/**
 * Holders that send to a copy now, by one look at all of them. A copy's own job, queue and subscription are left out, and
 * what is switched off. Unseen: something could not be looked at, or tasks of other queues wait for the copy.
 */
export function createReaching(
  google: Google,
  load: () => Promise<LoadedManifest>,
  global: GlobalOptions,
  io: Io,
): HoldersPort["reaching"] {
  return async (name, region) => {
    const only = ["deployed", "holders"] as const;
    const { snapshot } = await look({ deployedFile: null, snapshotFile: null, only }, { ...global, quiet: true }, io);
    const { manifest } = await load();
    const { holders, gaps } = moveFacts(snapshot, manifest, name, region, []);
    const [gap] = gaps;
    if (gap !== undefined) throw new Unseen(`what leads to ${name}: ${gap}`);
    const { functions = [], queues = [] } = snapshot.deployed ?? {};
    const ofFunctions = new Set(
      functions.flatMap((one) => (one.trigger === "task" ? [`${one.region}/${one.name}`] : [])),
    );
    const others = queues.filter((queue) => !ofFunctions.has(`${queue.region}/${queue.name}`));
    const waiting = await tasksWaitingFor(google, manifest.environment.project, others, name, region);
    if (waiting !== null) throw new Unseen(waiting);
    return holders.flatMap((one) => (one.region === region && !one.own && one.active ? [one.ref] : []));
  };
}
