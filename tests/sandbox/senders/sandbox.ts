import { type Sandbox, startSandbox } from "../../../src/sandbox/server.ts";
import { ask, testClock } from "../client.ts";
import { smallSeed } from "../small-seed.ts";
import { RecordingDelivery } from "./recording-delivery.ts";

export interface Stage {
  readonly sandbox: Sandbox;
  readonly delivery: RecordingDelivery;
  /** Puts the clock forward and waits until all that came due is done. */
  advance(ms: number): Promise<void>;
  admin(method: string, path: string, body?: unknown): Promise<Record<string, unknown>>;
}

/** A sandbox of the small project on a clock that stands still, with code that writes down what it gets. */
export async function openStage(
  options: {
    folder?: string | null;
    seed?: Parameters<typeof startSandbox>[0]["seed"];
    delivery?: RecordingDelivery;
  } = {},
): Promise<Stage> {
  const delivery = options.delivery ?? new RecordingDelivery();
  // Jobs would fire between what a test looks at; their own test brings them.
  const quiet = { ...smallSeed, functions: smallSeed.functions.filter((row) => row.trigger !== "scheduled") };
  const { folder = null, seed = quiet } = options;
  const sandbox = await startSandbox({ folder, seed, now: testClock().now, delivery });
  async function admin(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const answer = await ask(sandbox, method, `_sandbox/${path}`, body);
    if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
  return {
    sandbox,
    delivery,
    admin,
    async advance(ms) {
      const { failures } = await admin("POST", "clock", { advanceMs: ms });
      if ((failures as unknown[]).length > 0) throw new Error(JSON.stringify(failures));
    },
  };
}

export interface DeliveryRow {
  readonly sender: string;
  readonly event: string;
  readonly type: string;
  readonly url: string;
  readonly copy: string | null;
  readonly attempt: number;
  readonly at: string;
  readonly status: number | null;
  readonly taken: boolean;
  readonly note: string | null;
}

export async function deliveries(stage: Stage, query = ""): Promise<DeliveryRow[]> {
  return (await stage.admin("GET", `deliveries${query}`)).deliveries as DeliveryRow[];
}
