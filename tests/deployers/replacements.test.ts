import { afterEach, beforeEach, expect, it } from "vitest";
import { createGoogle } from "../../src/clients/google.ts";
import { type Deployer, everything } from "../../src/deployers/port.ts";
import { createPulumiDeployer } from "../../src/deployers/pulumi.ts";
import type { InputError } from "../../src/model/problem.ts";
import { nameOf } from "../../src/report/part-name.ts";
import type { FleetInput } from "../../src/stacks/plan/fleet.ts";
import { describeWithEngine } from "../engine/engine.ts";
import { everyKindInput } from "../stacks/fleet.ts";
import { everyKindSeed, everyKindText, openRoom, type Room } from "../stacks/room.ts";

const { signal } = new AbortController();
const request = { scope: everything, refresh: false, signal };

describeWithEngine("what would be made anew", (engine) => {
  let room: Room;
  let input: FleetInput;
  beforeEach(async () => {
    room = await openRoom(engine, everyKindSeed);
    input = await everyKindInput(everyKindText);
    expect((await deployer(input).deploy(request)).failures).toEqual([]);
    room.writes();
  });
  afterEach(() => room.close());

  function deployer(of: FleetInput): Deployer {
    const google = createGoogle({ endpoint: { base: room.sandbox.base }, token: async () => room.sandbox.token });
    return createPulumiDeployer({ site: room.site, manifest: of.manifest, plan: room.plan(of), google });
  }

  /** The database has been found elsewhere, so the trigger of `created` would have to stand elsewhere. */
  function withDatabaseIn(location: string): FleetInput {
    return { ...input, places: { ...input.places, databases: new Map([["(default)", location]]) } };
  }

  /** The codebase with one function declared as another is. */
  function withKindOf(name: string, other: string): FleetInput {
    const codebase = input.codebases.get("default");
    const like = codebase?.endpoints.endpoints.get(other);
    if (codebase === undefined || like === undefined) throw new Error(`no ${other}`);
    const endpoints = new Map(codebase.endpoints.endpoints).set(name, { ...like, name });
    const changed = { ...codebase, endpoints: { ...codebase.endpoints, endpoints } };
    const entry = input.manifest.functions.get(name);
    if (entry === undefined) throw new Error(`no ${name}`);
    const functions = new Map(input.manifest.functions).set(name, { ...entry, trigger: null });
    return { ...input, manifest: { ...input.manifest, functions }, codebases: new Map([["default", changed]]) };
  }

  const told = (failures: Awaited<ReturnType<Deployer["preview"]>>["failures"]): string[] =>
    failures.map(({ part, operation, message }) => `${operation} ${part && nameOf(part)}: ${message}`).sort();

  const moved = [
    "replace created in europe-west3: it would be deleted and made anew, since its trigger triggerRegion cannot go from eur3 to europe-west1 in place: whatever reaches it in between, and events above all, is lost.",
    "Deploy it under a new name and remove the old one once nothing reaches it; or `--allow-replace created` agrees to the loss.",
  ].join("\n");

  it("refuses a trigger that would stand elsewhere, in a preview and before anything is written", async () => {
    const elsewhere = deployer(withDatabaseIn("europe-west1"));
    expect(told((await elsewhere.preview(request)).failures)).toEqual([moved]);
    const refused = await elsewhere.deploy(request).then(
      () => [],
      (error: InputError) => error.problems.map(({ message }) => message),
    );
    expect(refused).toEqual([moved.split("\n")[0]?.replace("replace ", "")]);
    // Also where no preview has looked before.
    await expect(deployer(withDatabaseIn("europe-west1")).deploy(request)).rejects.toThrow("made anew");
    // What is out of its way is deployed.
    const others = { ...request, scope: { ...everything, functions: ["pay"] } };
    expect((await elsewhere.deploy(others)).failures).toEqual([]);
    expect(room.writes()).toEqual([]);
  });

  it("makes it anew with consent, with who may call it", async () => {
    const elsewhere = deployer(withDatabaseIn("europe-west1"));
    const agreed = { ...request, allowReplace: ["created"] };
    const note = "created in europe-west3 is made anew, as --allow-replace agrees to";
    const preview = await elsewhere.preview(agreed);
    expect([preview.failures, preview.notes.at(-1)]).toEqual([[], note]);
    const done = await elsewhere.deploy(agreed);
    expect([done.failures, done.notes.at(-1)]).toEqual([[], note]);
    expect(room.writes().filter((line) => /^(DELETE|POST \S*functionId)/.test(line))).toEqual([
      "DELETE /v2/projects/demo-regions/locations/europe-west3/functions/created",
      "POST /v2/projects/demo-regions/locations/europe-west3/functions?functionId=created",
    ]);
    expect((await elsewhere.preview({ ...request, refresh: true })).changes).toEqual([]);
    const { eventTrigger } = await room.get("v2/projects/demo-regions/locations/europe-west3/functions/created");
    expect(eventTrigger).toMatchObject({ triggerRegion: "europe-west1" });
  });

  it("refuses to turn a task function into another kind, and an open endpoint may become another", async () => {
    const turned = deployer(withKindOf("charge", "pay"));
    expect(told((await turned.preview(request)).failures)).toEqual([
      [
        "replace charge in europe-west3: it would be deleted and made anew, since it is a task function where it is live and a callable by its code: the tasks that wait for it are lost.",
        "Deploy it under a new name and remove the old one once nothing reaches it; or `--allow-replace charge` agrees to the loss.",
      ].join("\n"),
    ]);
    await expect(turned.deploy(request)).rejects.toThrow("charge in europe-west3: it would be deleted");
    expect(room.writes()).toEqual([]);
    expect((await deployer(withKindOf("pay", "webhook")).preview(request)).failures).toEqual([]);
  });

  it("refuses a first generation's function that would act as another account, and says what else helps", async () => {
    const account = "payments@demo-regions.iam.gserviceaccount.com";
    const core = input.manifest.classes.get("core");
    if (core === undefined) throw new Error("no core");
    const classes = new Map(input.manifest.classes).set("core", { ...core, serviceAccount: account });
    const other = deployer({ ...input, manifest: { ...input.manifest, classes } });
    const failures = told(
      (await other.preview({ ...request, scope: { ...everything, functions: ["oldCall"] } })).failures,
    );
    expect(failures).toEqual([
      [
        `replace oldCall in europe-west1: it would be deleted and made anew, since its account cannot go from regions-core@demo-regions.iam.gserviceaccount.com to ${account} in place: whatever reaches it in between, and events above all, is lost.`,
        "Deploy it under a new name and remove the old one once nothing reaches it; or `serviceAccount` in its class's line keeps the account that it has; or `--allow-replace oldCall` agrees to the loss.",
      ].join("\n"),
    ]);
  });

  it("changes a function again that failed on a change, and does not delete what still serves", async () => {
    room.sandbox.faults.add({
      match: { host: "cloudfunctions.googleapis.com", method: "PATCH", pathIncludes: "functions/pay" },
      times: 1,
      do: { kind: "operation-error", message: "Build failed: npm ci: EUSAGE", code: 3 },
    });
    const larger = await everyKindInput(
      everyKindText.replace("trigger: callable }", "trigger: callable, memory: 1Gi }"),
    );
    const again = deployer(larger);
    expect((await again.deploy(request)).failures.length).toBe(1);
    expect((await again.deploy(request)).failures).toEqual([]);
    expect(room.writes().map((line) => line.replace(/\?.*/, ""))).toEqual([
      "PATCH /v2/projects/demo-regions/locations/europe-west3/functions/pay",
      "PATCH /v2/projects/demo-regions/locations/europe-west3/functions/pay",
    ]);
    expect((await again.preview({ ...request, refresh: true })).changes).toEqual([]);
    expect((await room.get("v2/projects/demo-regions/locations/europe-west3/functions/pay")).state).toBe("ACTIVE");
  });
});
