import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { begin } from "./history.ts";
import { kinds } from "./kinds.ts";
import { bundleProgram, type Program } from "./program.ts";
import { type Kind, openScene, type Scene } from "./scene.ts";

/* Rehearsals: the sender's own way is gone, once, and nobody else sends anything. */

let program: Program;
beforeAll(async () => {
  program = await bundleProgram();
});
afterAll(() => program?.remove());

async function rehearse(kind: Kind, work: (scene: Scene, runs: Run) => Promise<void>): Promise<void> {
  const scene = await openScene({ ...kind, sendsAtPoints: false, disturbances: [] }, program);
  try {
    await work(scene, async (advanceMs) => {
      if (advanceMs > 0) await scene.advance(advanceMs);
      const isFirst = scene.records().length === 0;
      const args = isFirst ? [...begin, ...(kind.options ?? []), "--rehearse"] : ["migrate", "resume", "--if-due"];
      const { code, text } = await scene.run(args);
      const [line = ""] = text.split("\n").filter((one) => !/^(?:doing|done) /.test(one));
      return [code, line.replace(/(?:, until| `regions| Exit code) .*/, "")];
    });
  } finally {
    await scene.close();
  }
}
/** Runs the command once so much time has passed; its exit code and the first line of its end. */
type Run = (advanceMs: number) => Promise<readonly [number | null, string]>;

const kindOf = (title: string): Kind => kinds.get(title) as Kind;
const minutes = 60_000;
const moved = [0, "handler has moved to europe-west3."];

describe("what can be sent is sent once, and taken by the new copy", () => {
  it("an update as Telegram's, with the secret token", async () => {
    await rehearse(kindOf("webhook of Telegram"), async (scene, run) => {
      const waiting =
        "Waiting for 10 minutes without a request to handler in europe-west1 (Telegram keeps updates for 24 hours)";
      expect(await run(0)).toEqual([5, waiting]);
      expect([...scene.receiver.effects.values()]).toEqual([1]);
      expect(await run(30 * minutes)).toEqual(moved);
      expect([...scene.receiver.effects.values()]).toEqual([1]);
    });
  });

  it.each(["scheduled by unix-cron", "scheduled by an interval"])("a run of the new job, %s", async (title) => {
    await rehearse(kindOf(title), async (scene, run) => {
      const waiting =
        "Waiting for 10 minutes without a request to handler in europe-west1 (a run that was under way may take up to an hour)";
      expect(await run(0)).toEqual([5, waiting]);
      expect([...scene.receiver.effects.values()]).toEqual([1]);
      expect(await run(30 * minutes)).toEqual(moved);
    });
  });

  it("a task with nothing in it", async () => {
    const eventOf: Kind["eventOf"] = ({ body }) => Buffer.from(body).toString("utf8");
    await rehearse({ ...kindOf("task"), eventOf }, async (scene, run) => {
      const waiting =
        "Waiting for 10 minutes without a request to handler in europe-west1 (who enqueues may not have been shipped yet)";
      expect(await run(0)).toEqual([5, waiting]);
      expect([...scene.receiver.effects]).toEqual([['{"data":{}}', 1]]);
    });
  });
});

describe("what people have to bring about is waited for, and never said to have been sent", () => {
  it.each([
    ["webhook of a push subscription", "an event of push: bring one about at orders-to-handler"],
    ["webhook of a job made by hand", "an event of scheduler: bring one about at hourly-report"],
    [
      "event",
      "an event that handler listens to: bring one about in sandbox as its users do (write a document, upload a file)",
    ],
  ])("%s", async (title, what) => {
    await rehearse(kindOf(title), async (scene, run) => {
      const waiting = [5, `Waiting for ${what}.`];
      for (const advanceMs of [0, 10, 10, 10]) expect(await run(advanceMs * minutes)).toEqual(waiting);
      expect([...scene.receiver.effects]).toEqual([]);
    });
  });
});
