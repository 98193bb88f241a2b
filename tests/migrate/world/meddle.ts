import type { MovePlan } from "../../../src/model/move.ts";
import type { Trouble } from "./draw.ts";
import type { MemoryStore } from "./memory-store.ts";
import { from, to } from "./place.ts";
import { day, hour, minute } from "./receivers.ts";
import type { World } from "./world.ts";

/** Brings a trouble about that needs nobody at the command. */
export function meddle(trouble: Trouble, world: World, store: MemoryStore): void {
  const { place, holders, jobs } = world;
  const { random, timeline, receivers } = place;
  const some = [...holders.all.values()];
  const holder = some.length === 0 ? null : random.pick(some);
  const lead = (region: string): void => {
    if (holder === null) return;
    holder.region = region;
    holder.ledByHand = { at: timeline.now(), to: region };
  };
  switch (trouble) {
    case "a stranger deletes the old copy":
      world.strangerRemoves(from);
      return;
    case "a stranger deletes the new copy":
      world.strangerRemoves(to);
      return;
    case "somebody leads a holder elsewhere":
      if (holder !== null) holder.region = null;
      return;
    case "somebody leads a holder back":
      lead(from);
      return;
    case "somebody leads a holder ahead":
      // Nobody leads a holder to where nothing is.
      if (receivers.copies.get(to)?.state === "ACTIVE") lead(to);
      return;
    case "somebody changes another field of a holder":
      if (holder !== null) holder.others.events = "e9";
      return;
    case "somebody deletes a holder":
      if (holder !== null) holders.all.delete([...holders.all].find(([, one]) => one === holder)?.[0] ?? "");
      return;
    case "somebody fires the old job again":
      jobs.set(from, true);
      return;
    case "somebody pauses the new job":
      jobs.pauseByHand(to);
      return;
    case "somebody edits regions.yaml":
      world.manifest.standing = random.pick(["before", "other"] as const);
      return;
    case "the clock jumps ahead":
      timeline.advance(random.between(hour, 2 * day));
      return;
    case "the clock is set back":
      world.clockOffsetMs = -random.between(1_000, 2 * minute);
      return;
    case "the process is killed":
      store.kill = { at: store.lines.length + random.between(0, 2), when: random.pick(["before", "after"] as const) };
      return;
    case "the deployment fails":
      world.deployments.push("fails");
      return;
    case "the deployment is slow":
      world.deployments.push("is slow");
      return;
    case "the new copy breaks":
      receivers.failing.set(to, 0.7);
      return;
    default:
      throw new Error(`${trouble} needs somebody at the command`);
  }
}

/** People do what a stopped move asks them to; false: they would not know what. */
export async function mendAsked(world: World, plan: MovePlan, isBack: boolean, reason: string): Promise<void> {
  const { place, holders, jobs, manifest } = world;
  for (const region of [from, to]) {
    if (place.receivers.removedBy(region) === "stranger") world.strangerDeploys(region);
  }
  const there = isBack ? from : to;
  for (const holder of holders.all.values()) {
    if (holder.region === null && place.receivers.copies.get(there)?.state === "ACTIVE") holder.region = there;
    if (holder.region !== there && place.receivers.copies.get(there)?.state === "ACTIVE") holder.region = there;
  }
  // Nobody touches jobs who was not asked to.
  if (plan.kind === "scheduled" && / job /.test(reason) && /does not fire, and/.test(reason)) jobs.set(from, true);
  else if (plan.kind === "scheduled" && / job /.test(reason) && jobs.stateOf(to) !== null) {
    jobs.set(to, !isBack || place.traits.prunes === true);
    jobs.set(from, isBack);
  }
  if (manifest.standing === "other" || manifest.standing === "before") {
    manifest.standing = place.traits.prunes ? "after" : "moving";
  }
}
