import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countIn, told } from "./history.ts";
import { callable } from "./kinds/pages.ts";
import { kinds } from "./kinds.ts";
import { bundleProgram, type Program } from "./program.ts";
import { from, type Kind, name, openScene, project, to } from "./scene.ts";

/* The matrix says "lost 0, doubled 0": here is what it says where something is lost or doubled. */

let program: Program;
beforeAll(async () => {
  program = await bundleProgram();
});
afterAll(() => program?.remove());

const oldCopy = `cloudfunctions.googleapis.com/v2/projects/${project}/locations/${from}/functions/${name}`;

describe.each([...kinds])("%s", (_title, kind) => {
  it("counts nothing while all is well, and what comes to a copy that is gone as lost", async () => {
    const scene = await openScene(kind, program);
    try {
      for (const _ of [1, 2]) {
        await scene.send();
        await scene.advance(2 * 3_600_000);
      }
      expect(await countIn(scene, kind)).toEqual({ lost: [], doubled: [] });
      const before = scene.sent.length;
      await scene.ask("DELETE", oldCopy);
      await scene.send();
      await scene.advance(kind.patienceMs);
      const { lost, doubled } = await countIn(scene, kind);
      expect(doubled).toEqual([]);
      // Of what time brings, nothing has a name that is known before.
      if (kind.count === undefined) expect(lost.length).toBe(scene.sent.length - before);
      else expect(lost.length).toBeGreaterThan(0);
    } finally {
      await scene.close();
    }
  });
});

const sendersOfKinds = new Map([
  ["webhook of Stripe", "stripe"],
  ["webhook of Twilio", "twilio"],
  ["webhook of Telegram", "telegram"],
  ["webhook of a push subscription", "pubsub"],
  ["scheduled by an interval", "scheduler"],
  ["event", "pubsub"],
  ["task", "tasks"],
]);

it.each([...sendersOfKinds])(
  "%s: counts what is delivered twice, and taken twice without a ledger",
  async (title, sender) => {
    const kind = { ...(kinds.get(title) as Kind), hasLedger: false, disturbances: [] };
    const scene = await openScene(kind, program);
    try {
      await scene.ask("POST", "_sandbox/disturbances", { match: { sender }, times: 1, do: { kind: "duplicate" } });
      await scene.send();
      await scene.advance(3_600_000);
      await scene.advance(3_600_000);
      expect(await countIn(scene, kind)).toEqual({ lost: [], doubled: [expect.any(String)] });
    } finally {
      await scene.close();
    }
  },
);

it("a move that is given too short a silence loses what comes later to the old copy, and the count says so", async () => {
  let sent = 0;
  // A page that is never closed, and was built before the move.
  const stubborn: Kind = {
    ...callable,
    options: ["--quiet-for", "1m"],
    sendsAtPoints: false,
    async send(scene) {
      const ids: string[] = [];
      for (const region of [from, to]) {
        sent += 1;
        if (region === to && !scene.read("web/src/page.js").includes(to)) continue;
        ids.push(`stubborn-${sent}`);
        await scene.ask("POST", `${project}/${region}/${name}`, { data: { id: `stubborn-${sent}` } }).catch(() => {});
      }
      return ids;
    },
  };
  const { end, lost, doubled } = await told({ kind: stubborn, program, killAt: null, way: "resume" });
  expect([end, lost.length, doubled]).toEqual(["moved", 1, []]);
});
