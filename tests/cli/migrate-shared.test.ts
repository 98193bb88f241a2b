import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithEngine } from "../engine/engine.ts";
import { addressIn, type MoveFleet, openMoveFleet } from "./moving/fleet.ts";
import { run } from "./run.ts";

/* Two machines, as two folders of one checkout: their moves' journals lie in a bucket that both reach. */
describeWithEngine("regions migrate with its journal in a bucket", (engine) => {
  const id = /stripeWebhook-europe-west3-[0-9-]+/;
  let fleet: MoveFleet;
  let other: string;

  beforeAll(async () => {
    fleet = await openMoveFleet(engine.root ?? "", "gs://acme-journals/moves");
    const bucket = { name: "acme-journals", location: "EU" };
    await fleet.ask("POST", "storage.googleapis.com/storage/v1/b?project=demo-regions", bucket);
    other = mkdtempSync(join(tmpdir(), "regions-other-"));
  }, 180_000);
  afterAll(async () => {
    rmSync(other, { recursive: true, force: true });
    await fleet?.close();
  });

  /** What comes to the other machine by a commit, and the state of the deployments, which is not of this test. */
  const share = (from: string, to: string) =>
    cpSync(from, to, { recursive: true, verbatimSymlinks: true, force: true });
  const there = (...args: string[]) => run(args, { cwd: other, env: { REGIONS_PULUMI_ROOT: engine.root ?? "" } });

  async function expectValid(name: string, output: string): Promise<void> {
    const validate = new Ajv2020({ strict: false, logger: false }).compile(
      JSON.parse((await there("schema", name)).stdout) as object,
    );
    expect([validate(JSON.parse(output)), validate.errors]).toEqual([true, null]);
  }

  it("is stopped on one machine in the middle of a move, gone on with on another, and rolled back on the first", async () => {
    const [start, endpoint] = [fleet.manifest(), await fleet.endpoint()];
    const events = await fleet.send(2);
    const begun = await fleet.run([
      "migrate",
      "stripeWebhook",
      "--to",
      "europe-west3",
      "--yes",
      "--until",
      "deploy-copy",
    ]);
    expect([begun.code, begun.stdout]).toEqual([5, expect.stringMatching(/^Stopped after deploy-copy, as asked\./)]);
    expect(existsSync(join(fleet.folder, ".regions/sandbox/moves"))).toBe(false);
    share(fleet.folder, other);
    const listed = await there("migrate", "list", "--format", "json");
    await expectValid("migrate-list", listed.stdout);
    const { moves } = JSON.parse(listed.stdout) as { moves: { id: string }[] };
    expect(moves).toEqual([
      {
        id: expect.stringMatching(id),
        purpose: "move",
        function: "stripeWebhook",
        from: "europe-west1",
        to: "europe-west3",
        state: "under way",
      },
    ]);

    const resumed = await there("migrate", "resume", "stripeWebhook", "--format", "json");
    expect([resumed.code, JSON.parse(resumed.stdout)]).toEqual([
      5,
      expect.objectContaining({ end: expect.objectContaining({ is: "waiting", step: "await-request" }) }),
    ]);
    await expectValid("migrate", resumed.stdout);
    expect((await fleet.endpoint()).url).toBe(addressIn("europe-west3"));
    const twice = await fleet.run(["migrate", "stripeWebhook", "--to", "europe-west3", "--yes"]);
    expect([twice.code, twice.stderr]).toEqual([
      1,
      expect.stringMatching(/stripeWebhook-europe-west3-\S+ is not over/),
    ]);

    const turned = await fleet.run(["migrate", "rollback", moves[0]?.id ?? ""]);
    expect([turned.code, turned.stdout]).toEqual([5, expect.stringMatching(/^Waiting for 3 days without a request/)]);
    expect((await fleet.endpoint()).url).toBe(endpoint.url);
    await fleet.advance(4 * 86_400_000);
    const back = await fleet.run(["migrate", "resume", "--if-due"]);
    expect([back.code, back.stdout]).toEqual([0, "stripeWebhook is as it was before the move. Exit code 0.\n"]);
    expect([fleet.manifest(), await fleet.live(), (await fleet.endpoint()).url]).toEqual([
      start,
      ["europe-west1"],
      endpoint.url,
    ]);
    const told = await there("migrate", "status", moves[0]?.id ?? "", "--format", "json");
    await expectValid("migrate-status", told.stdout);
    const { records } = JSON.parse(told.stdout) as { records: { n: number; kind: string }[] };
    expect(records.map(({ n }) => n)).toEqual(records.map((_, n) => n));
    expect(records.at(-1)?.kind).toBe("rolled-back");
    const objects = await fleet.ask("GET", "storage.googleapis.com/storage/v1/b/acme-journals/o");
    const names = (objects.items as { name: string }[]).map(({ name }) => name);
    expect(names).toEqual(
      records.map(({ n }) => `moves/sandbox/moves/${moves[0]?.id}/${String(n).padStart(6, "0")}.json`),
    );
    expect(await fleet.effects()).toEqual(new Map(events.map((event) => [event, 1])));
    expect(readFileSync(join(other, "regions.yaml"), "utf8")).toContain("moving");
  }, 240_000);
});
