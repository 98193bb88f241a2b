import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithEngine } from "../engine/engine.ts";
import { addressIn, filesBelow, type MoveFleet, marked, openMoveFleet } from "./moving/fleet.ts";
import type { Ran } from "./run.ts";

const day = 86_400_000;
const hour = 3_600_000;
const move = ["migrate", "stripeWebhook", "--to", "europe-west3"];

/* One fleet, one story: each test goes on where the one before it has ended. */
describeWithEngine("regions migrate on the real process", (engine) => {
  let fleet: MoveFleet;
  let start: { manifest: string; endpoint: Record<string, unknown> };
  const sent: string[] = [];
  /** All that any command has said. */
  const said: string[] = [];

  beforeAll(async () => {
    fleet = await openMoveFleet(engine.root ?? "");
    sent.push(...(await fleet.send(3)));
    start = { manifest: fleet.manifest(), endpoint: await fleet.endpoint() };
  }, 180_000);
  afterAll(() => fleet?.close());

  async function regions(...args: string[]): Promise<Ran> {
    const ran = await fleet.run(args);
    said.push(ran.stdout, ran.stderr);
    return ran;
  }
  const apply = () => regions("migrate", "apply", "move.json", "--yes");
  const onceEach = () => new Map(sent.map((event) => [event, 1]));

  it("writes a plan to approve, and changes nothing", async () => {
    const planned = await regions("migrate", "plan", "stripeWebhook", "--to", "europe-west3", "-o", "move.json");
    expect([planned.code, planned.stderr]).toEqual([0, ""]);
    const plan = JSON.parse(readFileSync(join(fleet.folder, "move.json"), "utf8"));
    const id = String(start.endpoint.id);
    expect(plan.steps.map((step: { id: string }) => step.id)).toEqual([
      "declare-move",
      "deploy-copy",
      `switch-holder:stripe:${id}:url`,
      "await-request",
      "await-silence",
      "reconcile",
      "remove-copy",
      "declare-end",
    ]);
    const asJson = await regions(...move, "--dry-run", "--format", "json");
    expect([asJson.code, JSON.parse(asJson.stdout).steps]).toEqual([0, plan.steps]);
    expect([fleet.manifest(), await fleet.endpoint(), await fleet.live()]).toEqual([
      start.manifest,
      start.endpoint,
      ["europe-west1"],
    ]);
    const none = await regions("migrate", "list");
    expect([none.code, none.stdout]).toEqual([0, "No moves.\n"]);
  });

  it("names what is wrong with what was asked, with 2", async () => {
    const wrong = async (...args: string[]) => {
      const { code, stderr } = await regions("migrate", ...args);
      return [code, stderr.split("\n")[0]];
    };
    expect(await wrong("stripeWebhok", "--to", "europe-west3")).toEqual([
      2,
      "regions.yaml declares no function stripeWebhok.",
    ]);
    expect(await wrong("stripeWebhook", "--to", "europe-west9")).toEqual([
      2,
      expect.stringContaining("regions.yaml declares no region europe-west9."),
    ]);
    expect(await wrong("stripeWebhook", "--to", "europe-west1")).toEqual([
      2,
      expect.stringContaining("stripeWebhook is live in europe-west1 alone: there is nothing to move."),
    ]);
    writeFileSync(join(fleet.folder, "torn.json"), '{"version":1');
    expect(await wrong("apply", "torn.json")).toEqual([2, "torn.json is no JSON."]);
    expect(await wrong("resume", "stripeWebhook")).toEqual([2, "There is no move stripeWebhook."]);
    const unasked = await regions(...move);
    expect([unasked.code, unasked.stdout]).toEqual([2, expect.stringContaining("Give --yes to begin")]);
  });

  it("plans nothing on half of the facts: 3 while a region cannot be reached", async () => {
    const unreachable = { match: { region: "europe-west3" }, do: { kind: "unreachable" } };
    await fleet.ask("POST", "_sandbox/faults", unreachable);
    const there = await regions(...move, "--yes");
    expect([there.code, there.stderr]).toEqual([
      3,
      expect.stringMatching(/could not be looked at: .*europe-west3.*Nothing was changed\.\n$/s),
    ]);
    await fleet.ask("DELETE", "_sandbox/faults");
    await fleet.ask("POST", "_sandbox/faults", { ...unreachable, match: { region: "europe-west1" } });
    const here = await regions(...move, "--yes");
    expect([here.code, here.stderr]).toEqual([3, expect.stringContaining("Nothing was planned")]);
    await fleet.ask("DELETE", "_sandbox/faults");
    expect(fleet.manifest()).toBe(start.manifest);
  });

  it("refuses a plan whose world has changed: a holder that somebody has led away", async () => {
    await fleet.lead("https://elsewhere.acme.example/stripe");
    const refused = await apply();
    expect([refused.code, refused.stderr]).toEqual([
      4,
      `The world has changed since the plan was made: stripe ${String(start.endpoint.id)} url is gone; it was europe-west1.\n  Nothing was changed. Plan anew, and have it approved.\n`,
    ]);
    expect([fleet.manifest(), await fleet.live()]).toEqual([start.manifest, ["europe-west1"]]);
    await fleet.lead(addressIn("europe-west1"));
  });

  it("can be interrupted while it deploys, with 130, and goes on to the first wait, with 5", async () => {
    await fleet.ask("POST", "_sandbox/faults", { do: { kind: "operation-slow", ms: 4_000 } });
    const ran = await fleet.run(["migrate", "apply", "move.json", "--yes"], {
      started: (child) => {
        const watch = setInterval(async () => {
          if (!(await fleet.live()).includes("europe-west3")) return;
          clearInterval(watch);
          child.kill("SIGINT");
        }, 200);
        child.once("close", () => clearInterval(watch));
      },
    });
    said.push(ran.stdout, ran.stderr);
    await fleet.ask("DELETE", "_sandbox/faults");
    expect([ran.code, ran.stderr]).toEqual([
      130,
      expect.stringMatching(
        /Interrupted at deploy-copy\. .*`regions migrate resume stripeWebhook-europe-west3-\d+-\d+`/,
      ),
    ]);
    const resumed = await regions("migrate", "resume");
    expect([resumed.code, resumed.stdout]).toEqual([
      5,
      expect.stringMatching(
        /^Waiting for a first real request to stripeWebhook in europe-west3 that succeeds\. .*rollback.* puts everything back\. Nothing is wrong\. Exit code 5\.\n$/,
      ),
    ]);
    expect(await fleet.live()).toEqual(["europe-west1", "europe-west3"]);
    expect(await fleet.endpoint()).toEqual({ ...start.endpoint, url: addressIn("europe-west3") });
  });

  it("tells where it stands, as text and as JSON, and lets nobody else begin", async () => {
    const text = await regions("migrate", "status");
    expect(text.stdout).toMatch(/europe-west1\s+europe-west3\s+waiting for a first real request/);
    const json = JSON.parse((await regions("migrate", "list", "--format", "json")).stdout);
    expect(json).toMatchObject({
      version: 1,
      moves: [{ function: "stripeWebhook", from: "europe-west1", to: "europe-west3" }],
    });
    const journal = JSON.parse((await regions("migrate", "status", "stripeWebhook", "--format", "json")).stdout);
    expect(journal.records.map(({ n }: { n: number }) => n)).toEqual(journal.records.map((_: unknown, n: number) => n));
    expect(journal.records.at(-1)).toMatchObject({ kind: "wait", step: "await-request", until: null });
    const again = await regions(...move, "--yes");
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining("is not over")]);
  });

  it("puts everything back from the waiting state, once the new copy is silent", async () => {
    sent.push(...(await fleet.send(4)));
    const back = await regions("migrate", "rollback", "stripeWebhook");
    expect([back.code, back.stdout]).toEqual([
      5,
      expect.stringMatching(/^Waiting for 3 days without a request to stripeWebhook in europe-west3/),
    ]);
    expect(await fleet.endpoint()).toEqual(start.endpoint);
    sent.push(...(await fleet.send(2)));
    await fleet.advance(3 * day + hour);
    const over = await regions("migrate", "resume");
    expect([over.code, over.stdout]).toEqual([0, "stripeWebhook is as it was before the move. Exit code 0.\n"]);
    expect([fleet.manifest(), await fleet.endpoint(), await fleet.live()]).toEqual([
      start.manifest,
      start.endpoint,
      ["europe-west1"],
    ]);
    expect(await fleet.effects()).toEqual(onceEach());
  });

  it("moves while Stripe sends, doubles and repeats, and nothing is lost or done twice", async () => {
    const begun = await regions(...move, "--yes");
    expect([begun.code, begun.stdout]).toEqual([5, expect.stringContaining("a first real request")]);
    const disturb = (rule: object) =>
      fleet.ask("POST", "_sandbox/disturbances", { match: { sender: "stripe" }, ...rule });
    await disturb({ every: 3, do: { kind: "duplicate", copies: 2 } });
    await disturb({ every: 4, times: 3, do: { kind: "lose-answer" } });
    sent.push(...(await fleet.send(20)));
    const heard = await regions("migrate", "resume");
    expect([heard.code, heard.stdout]).toEqual([
      5,
      expect.stringMatching(/^Waiting for 3 days without a request to stripeWebhook in europe-west1 .*, until 20/),
    ]);
    const early = await regions("migrate", "resume", "--if-due");
    expect([early.code, early.stdout]).toEqual([5, expect.stringMatching(/: not due yet\. Exit code 5\.\n$/)]);
    const lines = fleet.journals();
    await fleet.advance(3 * day + hour);
    expect(fleet.journals()).toBe(lines);
    const over = await regions("migrate", "resume", "--if-due");
    expect([over.code, over.stdout, over.stderr]).toEqual([
      0,
      "stripeWebhook has moved to europe-west3. Exit code 0.\n",
      expect.stringMatching(/done {4}await-silence\ndone {4}reconcile\n.*done {4}declare-end\n$/s),
    ]);
    expect(await fleet.live()).toEqual(["europe-west3"]);
    expect(await fleet.endpoint()).toEqual({ ...start.endpoint, url: addressIn("europe-west3") });
    sent.push(...(await fleet.send(2)));
    expect(await fleet.effects()).toEqual(onceEach());
    const deliveries = await fleet.deliveries();
    expect(deliveries.length).toBeGreaterThan(sent.length + 10);
    const audit = await regions("audit");
    expect([audit.code, audit.stdout]).toEqual([0, expect.stringContaining("Score 10.0 of 10")]);
  });

  it("has no way back afterwards: prints the reverse move, and changes nothing", async () => {
    const before = [fleet.manifest(), await fleet.endpoint(), fleet.journals()];
    const late = await regions("migrate", "rollback", "stripeWebhook");
    expect([late.code, late.stdout]).toEqual([
      4,
      expect.stringContaining("regions migrate stripeWebhook --to europe-west1 --from europe-west3\n"),
    ]);
    expect([fleet.manifest(), await fleet.endpoint(), fleet.journals()]).toEqual(before);
    const resumed = await regions("migrate", "resume");
    expect([resumed.code, resumed.stdout]).toEqual([0, "No move is open.\n"]);
  });

  it("has written no secret anywhere, and said none", async () => {
    const { token } = JSON.parse(readFileSync(join(fleet.folder, ".regions/sandbox/server.json"), "utf8"));
    // The sandbox's own state holds the endpoint, as Stripe does.
    const own = /^\.regions\/sandbox\/(?:server\.|state\.json|senders\.jsonl|shelf|firestore\.json|blobs\/)/;
    const files = [...filesBelow(fleet.folder)].filter(([path]) => !own.test(path));
    expect(files.some(([path]) => /moves\/.*\.jsonl$/.test(path))).toBe(true);
    for (const secret of [marked, token, "sk_test_sandbox"]) {
      expect(files.flatMap(([path, text]) => (text.includes(secret) ? [path] : []))).toEqual([]);
      expect(said.filter((text) => text.includes(secret))).toEqual([]);
    }
  });
});
