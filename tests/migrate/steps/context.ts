import type { Ports } from "../../../src/migrate/ports/world.ts";
import type { Doing, Probe, StepContext } from "../../../src/migrate/steps/work.ts";
import type { Action, Kept, MovePlan } from "../../../src/model/move.ts";

export const now = Date.parse("2026-11-28T12:00:00Z");
export const minute = 60_000;
export const hour = 60 * minute;

type Some<T> = { readonly [K in keyof T]?: Partial<T[K]> };

export interface Given {
  readonly move?: Partial<MovePlan>;
  /** The rest of the plan. */
  readonly actions?: readonly Action[];
  readonly ports?: Some<Omit<Ports, "clock">>;
  /** What the steps of an action have kept, and when they were done. */
  readonly keptBy?: Readonly<Record<string, Kept>>;
  readonly doneAt?: Readonly<Record<string, number>>;
  readonly context?: Partial<StepContext>;
}

/** What one step is given: a move of `pay` from europe-west1 to europe-west3. A port that is not named must not be asked. */
export function contextOf({
  move = {},
  actions = [],
  ports = {},
  keptBy = {},
  doneAt = {},
  context = {},
}: Given): StepContext {
  const unasked = (part: string) =>
    new Proxy(ports[part as keyof typeof ports] ?? {}, {
      get(own, key) {
        const found = Reflect.get(own, key);
        if (found === undefined) throw new Error(`${part}.${String(key)} was asked`);
        return found;
      },
    });
  const clock = { now: async () => now, pause: async () => {} };
  const all = new Proxy({ clock }, { get: (own, key) => (key === "clock" ? own.clock : unasked(String(key))) });
  const steps = actions.map((action) => ({ id: action.do, action }));
  const plan = {
    ...{ purpose: "move", function: "pay", from: "europe-west1", to: "europe-west3", kind: "https", unproven: null },
    ...{ stays: { function: "pay", region: "europe-west3" }, steps, ...move },
  };
  return {
    move: plan as unknown as MovePlan,
    ports: all as unknown as Ports,
    kept: {},
    keptOf: (action) => keptBy[action] ?? {},
    doneAt: (action) => doneAt[action] ?? null,
    isDone: false,
    isOpen: false,
    stop: null,
    accepted: null,
    startedAt: now - 2 * hour,
    switchedAt: null,
    putBackAt: null,
    hasSwitched: false,
    ...context,
  };
}

/** What a look finds, or the name and words of what it throws. */
export async function lookedAt(doing: Doing | null): Promise<Probe | string | null> {
  return doing === null ? null : doing.probe().catch((error: Error) => `${error.name}: ${error.message}`);
}

/** What bringing it about throws; null: nothing. */
export async function broughtAbout(doing: Doing | null): Promise<string | null> {
  if (doing?.apply == null) return "there is nothing to bring about";
  return doing.apply().then(
    () => null,
    (error: Error) => `${error.name}: ${error.message}`,
  );
}

export const done = (evidence: string, kept?: Kept): Probe => ({ is: "done", evidence, ...(kept && { kept }) });
export const todo = (kept?: Kept, lacking?: string): Probe => ({
  is: "todo",
  ...(kept && { kept }),
  ...(lacking !== undefined && { lacking }),
});
export const waiting = (what: string, until: number | null = null): Probe => ({ is: "waiting", for: what, until });
export const changed = (what: string): Probe => ({ is: "changed", what });

/** A port's method that fails so. */
export function failing(error: Error): () => Promise<never> {
  return () => Promise.reject(error);
}
