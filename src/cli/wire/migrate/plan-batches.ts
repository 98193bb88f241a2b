import { Fleet } from "../../../audit/fleet.ts";
import { inBatches } from "../../../migrate/plan/batches.ts";
import { type LeftOut, ofClass } from "../../../migrate/plan/of-class.ts";
import { inMovingOrder } from "../../../migrate/plan/order.ts";
import { type MoveRequest, planMove } from "../../../migrate/plan/plan.ts";
import { type CopySize, type Room, roomFor, sizeOf } from "../../../migrate/plan/room.ts";
import type { MovePlan } from "../../../model/move.ts";
import { InputError, type Problem } from "../../../model/problem.ts";
import type { GlobalOptions } from "../../command.ts";
import { inputError } from "../../input-error.ts";
import type { Io } from "../../io.ts";
import { callEdges } from "./call-edges.ts";
import { moveFacts } from "./facts.ts";
import { noClass } from "./no-class.ts";
import { lookForPlans, NotSeen, type PlanGround, unseen } from "./plan-here.ts";
import { requireRehearsalHere } from "./rehearsal.ts";

export type PlanAsk = Omit<MoveRequest, "now">;
export type ClassPlanAsk = Omit<PlanAsk, "function"> & { readonly class: string };

/** Moves that go together: those of one batch, then those of the next. */
export interface PlannedBatches {
  readonly batches: readonly (readonly MovePlan[])[];
  readonly leftOut: readonly LeftOut[];
}

/** What plans are made from, with the copies indexed once. */
interface Planning extends PlanGround {
  readonly fleet: Fleet;
}

async function openPlanning(global: GlobalOptions, io: Io): Promise<Planning> {
  const ground = await lookForPlans(global, io);
  return { ...ground, fleet: new Fleet({ ...ground.snapshot, project: ground.manifest.environment.project }) };
}

/**
 * Plans moves from one look at everything, in the order given, and in batches that the target has room for. Throws
 * InputError with what is wrong with what was asked, and NotSeen where nothing can be said of where a function is live.
 */
export async function planBatches(asks: readonly PlanAsk[], global: GlobalOptions, io: Io): Promise<PlannedBatches> {
  if (asks.some(({ rehearsal }) => rehearsal === true)) await requireRehearsalHere(global, io);
  return batched(asks, await openPlanning(global, io));
}

/** Plans the moves of all functions of a class that are not in the region yet: whoever is called before whoever calls. */
export async function planClass(ask: ClassPlanAsk, global: GlobalOptions, io: Io): Promise<PlannedBatches> {
  if (ask.rehearsal === true) await requireRehearsalHere(global, io);
  const planning = await openPlanning(global, io);
  const { manifest, snapshot, fleet } = planning;
  if (!manifest.classes.has(ask.class)) throw noClass(ask.class, manifest);
  if (!manifest.regions.has(ask.to)) {
    const mend = `Declared are ${[...manifest.regions.keys()].join(", ")}.`;
    throw inputError(`${manifest.file} declares no region ${ask.to}.`, mend);
  }
  const gaps = unseen(snapshot);
  if (gaps.length > 0) throw new NotSeen(gaps);
  const openMove = (name: string): string | null => planning.openAround(name)[0] ?? null;
  const { functions, leftOut } = ofClass(manifest, (name) => fleet.copiesOf(name), openMove, ask);
  const { class: _class, ...rest } = ask;
  const order = inMovingOrder(functions, callEdges(manifest, snapshot));
  const { batches } = batched(
    order.map((name) => ({ ...rest, function: name })),
    planning,
  );
  return { batches, leftOut };
}

function batched(asks: readonly PlanAsk[], planning: Planning): PlannedBatches {
  const problems: Problem[] = [];
  const gaps = new Set<string>();
  const moves: { plan: MovePlan; size: CopySize }[] = [];
  let arriving = 0;
  for (const ask of asks) {
    try {
      const move = planOne(ask, planning, arriving);
      moves.push(move);
      if (move.isNew) arriving += 1;
    } catch (error) {
      if (error instanceof InputError) problems.push(...error.problems);
      else if (error instanceof NotSeen) for (const gap of error.gaps) gaps.add(gap);
      else throw error;
    }
  }
  if (problems.length > 0) throw new InputError(problems);
  if (gaps.size > 0) throw new NotSeen([...gaps]);
  const [first] = asks;
  if (first === undefined) return { batches: [], leftOut: [] };
  return {
    batches: inBatches(moves, roomIn(first.to, planning)).map((batch) => batch.map(({ plan }) => plan)),
    leftOut: [],
  };
}

function planOne(
  ask: PlanAsk,
  planning: Planning,
  arriving: number,
): { readonly plan: MovePlan; readonly size: CopySize; readonly isNew: boolean } {
  const { manifest, snapshot, now } = planning;
  const openMoves = planning.openAround(ask.function);
  const facts = moveFacts(snapshot, manifest, ask.function, ask.to, openMoves, planning.telegram);
  // "Live nowhere" would be said of what was only not seen.
  const gaps = unseen(snapshot);
  const isFound = facts.copies.some(({ region }) => region === (ask.from ?? region) && region !== ask.to);
  const entry = manifest.functions.get(ask.function);
  if (entry !== undefined && !isFound && gaps.length > 0) throw new NotSeen(gaps);
  const plan = planMove(manifest, facts, { ...ask, now });
  const old = facts.copies.find(({ region }) => region === plan.from);
  const size = entry === undefined || old === undefined ? { cpu: null, maxInstances: null } : sizeOf(entry, old);
  const isNew = !facts.copies.some(({ region }) => region === plan.to);
  const room = isNew ? [roomFor(size, roomIn(plan.to, planning), arriving)] : [];
  return {
    plan: { ...plan, id: planning.unused(plan.id), preconditions: [...plan.preconditions, ...room] },
    size: isNew ? size : { cpu: 0, maxInstances: null },
    isNew,
  };
}

function roomIn(region: string, { manifest, fleet }: Planning): Room {
  const services = fleet.facts?.services.filter((service) => service.region === region) ?? [];
  return {
    region,
    live: fleet.functions.filter((copy) => copy.region === region).length + services.length,
    quota: manifest.regions.get(region)?.quota ?? null,
    used: fleet.facts?.usage.find((usage) => usage.region === region)?.vcpu ?? null,
  };
}
