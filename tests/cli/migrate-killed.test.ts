import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithEngine } from "../engine/engine.ts";
import { addressIn, type MoveFleet, openMoveFleet } from "./moving/fleet.ts";
import type { Ran } from "./run.ts";

const silenceMs = 3 * 86_400_000 + 3_600_000;
const there = ["migrate", "stripeWebhook", "--to", "europe-west3", "--yes"];

/* The program from source, on the real engine, killed with SIGKILL at records of its own journal, while events arrive. */
describeWithEngine("a move that is killed", (engine) => {
  let fleet: MoveFleet;
  let start: { manifest: string; endpoint: Record<string, unknown> };
  const sent: string[] = [];

  beforeAll(async () => {
    fleet = await openMoveFleet(engine.root ?? "");
    start = { manifest: fleet.manifest(), endpoint: await fleet.endpoint() };
    const doubled = { match: { sender: "stripe" }, every: 3, do: { kind: "duplicate" } };
    await fleet.ask("POST", "_sandbox/disturbances", doubled);
  }, 180_000);
  afterAll(() => fleet?.close());

  const onceEach = () => new Map(sent.map((event) => [event, 1]));
  const isKilled = ({ code }: Ran) => code === null;

  it.each(["after begin deploy-copy", "before done switch-holder"])(
    "is put back whole by `rollback` when it was killed %s",
    async (place) => {
      sent.push(...(await fleet.send(2)));
      const point = place.endsWith("switch-holder") ? `${place}:stripe:${start.endpoint.id}:url` : place;
      const ran = await fleet.runKilled(point, there);
      expect(isKilled(ran), `${ran.code} ${ran.stdout}${ran.stderr}`).toBe(true);
      sent.push(...(await fleet.send(2)));
      let back = await fleet.run(["migrate", "rollback", "stripeWebhook"]);
      if (back.code === 5) {
        await fleet.advance(silenceMs);
        back = await fleet.run(["migrate", "resume"]);
      }
      expect([back.code, back.stdout], back.stderr).toEqual([
        0,
        "stripeWebhook is as it was before the move. Exit code 0.\n",
      ]);
      expect([fleet.manifest(), await fleet.endpoint(), await fleet.live()]).toEqual([
        start.manifest,
        start.endpoint,
        ["europe-west1"],
      ]);
      expect(await fleet.effects()).toEqual(onceEach());
    },
    180_000,
  );

  it("ends as if it had never been, killed once before and once after each kind of its records", async () => {
    // The points of the tests before are wanted once more.
    fleet.forgetKills();
    let ran = await fleet.runKilled("any", there);
    // Nothing was begun yet.
    expect([isKilled(ran), fleet.killedAt().at(-1)]).toEqual([true, "before planned"]);
    ran = await fleet.runKilled("any", there);
    for (let runs = 0; ran.code !== 0 && runs < 60; runs++) {
      expect([null, 5], `${ran.code} ${ran.stdout}${ran.stderr}`).toContain(ran.code);
      sent.push(...(await fleet.send(1)));
      if (ran.stdout.includes("days without a request")) await fleet.advance(silenceMs);
      ran = await fleet.runKilled("any", ["migrate", "resume"]);
    }
    expect([ran.code, ran.stdout], ran.stderr).toEqual([0, expect.stringMatching(/has moved|No move is open/)]);
    const id = String(start.endpoint.id);
    const effects = ["declare-move", "deploy-copy", `switch-holder:stripe:${id}:url`, "remove-copy", "declare-end"];
    const names = [
      "planned",
      ...effects.flatMap((step) => [`begin ${step}`, `done ${step}`]),
      // A first request has come by then: events go on arriving.
      "done await-request",
      "wait await-silence",
      "done await-silence",
      "done reconcile",
      "moved",
    ];
    const wanted = names.flatMap((name) => [`before ${name}`, `after ${name}`]);
    expect(new Set(fleet.killedAt())).toEqual(new Set(wanted));
    expect([await fleet.live(), await fleet.endpoint()]).toEqual([
      ["europe-west3"],
      { ...start.endpoint, url: addressIn("europe-west3") },
    ]);
    const ended = start.manifest.replace("holders: [stripe] }", "holders: [stripe], region: europe-west3 }");
    expect(fleet.manifest()).toBe(ended);
    sent.push(...(await fleet.send(2)));
    expect(await fleet.effects()).toEqual(onceEach());
  }, 300_000);
});
