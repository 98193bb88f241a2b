import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ask } from "../sandbox/client.ts";
import { startWorld, type World } from "./client.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const iam = "iam.googleapis.com/v1/projects/acme-test/serviceAccounts";
const email = "payments@acme-test.iam.gserviceaccount.com";

describe("a service account", () => {
  it("is known by its address before it is there, created, updated with etag and mask, switched off, deleted", async () => {
    const engine = world.engine("gcp:serviceaccount/account:Account");
    const { inputs } = await engine.check({ accountId: "payments", displayName: "Payments" });
    expect(inputs).toEqual({ accountId: "payments", displayName: "Payments", disabled: false });
    const preview = await engine.create(inputs, { preview: true });
    expect(preview.state).toMatchObject({ email, member: `serviceAccount:${email}` });
    const { id, state } = await engine.create(inputs);
    expect(id).toBe(`projects/acme-test/serviceAccounts/${email}`);
    expect(world.calls()).toEqual([`POST ${iam}`, `GET ${iam}/${email}`]);
    expect(state).toMatchObject({ accountId: "payments", project: "acme-test", email, name: id });
    expect((await engine.diff(id, state, inputs, inputs)).changes).toBe(1);
    expect(await engine.read(id, state, inputs)).toEqual({ id, state, inputs });

    const news = { ...inputs, displayName: "Payments and calls", description: "class payments", disabled: true };
    world.calls();
    const next = await engine.update(id, state, inputs, news);
    expect(world.calls()).toEqual([
      `GET ${iam}/${email}`,
      `POST ${iam}/${email}:disable`,
      `PATCH ${iam}/${email}`,
      `GET ${iam}/${email}`,
    ]);
    expect(next).toMatchObject({ displayName: "Payments and calls", description: "class payments", disabled: true });
    expect((await engine.diff(id, next, news, { ...news, accountId: "others" })).replaces).toEqual(["accountId"]);
    await engine.delete(id, next);
    expect((await engine.read(id, next, news)).id).toBe("");
  });

  it("takes one that is there only when it is told to", async () => {
    const engine = world.engine("gcp:serviceaccount/account:Account");
    await ask(world.sandbox, "POST", iam, { accountId: "payments", serviceAccount: { displayName: "Payments" } });
    const inputs = { accountId: "payments", displayName: "Payments" };
    await expect(engine.create(inputs)).rejects.toThrow("409 ALREADY_EXISTS");
    const { id } = await engine.create({ ...inputs, createIgnoreAlreadyExists: true });
    expect(id).toBe(`projects/acme-test/serviceAccounts/${email}`);
  });
});

describe("a member of a policy", () => {
  const rows = [
    {
      token: "gcp:projects/iAMMember:IAMMember",
      parent: { project: "acme-test" },
      role: "roles/logging.logWriter",
      resource: "acme-test",
      get: "POST cloudresourcemanager.googleapis.com/v1/projects/acme-test:getIamPolicy",
      set: "POST cloudresourcemanager.googleapis.com/v1/projects/acme-test:setIamPolicy",
    },
    {
      token: "gcp:secretmanager/secretIamMember:SecretIamMember",
      parent: { secretId: "STRIPE_KEY" },
      role: "roles/secretmanager.secretAccessor",
      resource: "projects/acme-test/secrets/STRIPE_KEY",
      get: "GET secretmanager.googleapis.com/v1/projects/acme-test/secrets/STRIPE_KEY:getIamPolicy?options.requestedPolicyVersion=3",
      set: "POST secretmanager.googleapis.com/v1/projects/acme-test/secrets/STRIPE_KEY:setIamPolicy",
    },
    {
      token: "gcp:serviceaccount/iAMMember:IAMMember",
      parent: { serviceAccountId: "projects/acme-test/serviceAccounts/acme-test@appspot.gserviceaccount.com" },
      role: "roles/iam.serviceAccountUser",
      resource: "projects/acme-test/serviceAccounts/acme-test@appspot.gserviceaccount.com",
      get: "POST iam.googleapis.com/v1/projects/acme-test/serviceAccounts/acme-test@appspot.gserviceaccount.com:getIamPolicy?options.requestedPolicyVersion=3",
      set: "POST iam.googleapis.com/v1/projects/acme-test/serviceAccounts/acme-test@appspot.gserviceaccount.com:setIamPolicy",
    },
    {
      token: "gcp:cloudfunctions/functionIamMember:FunctionIamMember",
      parent: { region: "us-central1", cloudFunction: "legacyReport" },
      role: "roles/cloudfunctions.invoker",
      resource: "projects/acme-test/locations/us-central1/functions/legacyReport",
      get: "GET cloudfunctions.googleapis.com/v1/projects/acme-test/locations/us-central1/functions/legacyReport:getIamPolicy",
      set: "POST cloudfunctions.googleapis.com/v1/projects/acme-test/locations/us-central1/functions/legacyReport:setIamPolicy",
    },
    {
      token: "gcp:cloudrunv2/serviceIamMember:ServiceIamMember",
      parent: { location: "europe-west3", name: "createpaymentintent" },
      role: "roles/run.invoker",
      resource: "projects/acme-test/locations/europe-west3/services/createpaymentintent",
      get: "GET run.googleapis.com/v2/projects/acme-test/locations/europe-west3/services/createpaymentintent:getIamPolicy",
      set: "POST run.googleapis.com/v2/projects/acme-test/locations/europe-west3/services/createpaymentintent:setIamPolicy",
    },
  ];

  it.each(rows)("$token is added to what is there, found again, and taken out alone", async (row) => {
    const engine = world.engine(row.token);
    const { inputs, failures } = await engine.check({ ...row.parent, role: row.role, member: "user:Ana@example.com" });
    expect(failures).toEqual([]);
    const path = row.set.slice("POST ".length);
    const others = [{ role: "roles/viewer", members: ["user:bo@example.com"] }];
    await ask(world.sandbox, "POST", path, { policy: { bindings: others } });
    world.calls();
    const { id, state } = await engine.create(inputs);
    expect(world.calls()).toEqual([row.get, row.set]);
    expect(id).toBe(`${row.resource}/${row.role}/user:Ana@example.com`);
    const get = path.replace(":setIamPolicy", ":getIamPolicy");
    expect((await ask(world.sandbox, "POST", get, {})).body.bindings).toEqual([
      ...others,
      { role: row.role, members: ["user:Ana@example.com"] },
    ]);
    expect((await engine.diff(id, state, inputs, inputs)).changes).toBe(1);
    expect((await engine.diff(id, state, inputs, { ...inputs, member: "user:ana@example.com" })).changes).toBe(1);
    const other = await engine.diff(id, state, inputs, { ...inputs, member: "user:cy@example.com" });
    expect([other.replaces, other.deleteBeforeReplace]).toEqual([["member"], false]);

    const refreshed = await engine.read(id, state, inputs);
    expect(refreshed).toMatchObject({ id, inputs, state: { etag: state.etag } });
    const imported = await engine.read(`${row.resource} ${row.role} user:ana@example.com`, {}, null);
    expect(imported).toMatchObject({ id, inputs: { role: row.role, member: "user:Ana@example.com" } });
    expect((await engine.diff(id, imported.state, imported.inputs, inputs)).changes).toBe(1);

    world.calls();
    // Twice: the second time it is there already, or gone already, and nothing is written.
    await engine.create(inputs);
    expect(world.calls()).toEqual([row.get]);
    await engine.delete(id, state);
    expect(world.calls()).toEqual([row.get, row.set]);
    await engine.delete(id, state);
    expect(world.calls()).toEqual([row.get]);
    expect((await ask(world.sandbox, "POST", get, {})).body.bindings).toEqual(others);
    expect((await engine.read(id, state, inputs)).id).toBe("");
  });

  it("keeps a condition, which makes another binding of the same role", async () => {
    const engine = world.engine("gcp:projects/iAMMember:IAMMember");
    const condition = { title: "office hours", expression: "request.time.getHours() < 18" };
    const plain = { project: "acme-test", role: "roles/viewer", member: "user:ana@example.com" };
    await engine.create(plain);
    const { id, state } = await engine.create({ ...plain, condition });
    expect(id).toBe("acme-test/roles/viewer/user:ana@example.com/office hours//request.time.getHours() < 18");
    const found = await engine.read("acme-test roles/viewer user:ana@example.com office hours", {}, null);
    expect(found.inputs).toEqual({ ...plain, condition });
    expect((await engine.diff(id, state, { ...plain, condition }, plain)).replaces).toEqual(["condition"]);
    await engine.delete(id, state);
    expect((await engine.read("acme-test roles/viewer user:ana@example.com", {}, null)).id).not.toBe("");
    await expect(engine.read("acme-test", {}, null)).rejects.toThrow('must have the form "PROJECT ROLE MEMBER"');
  });

  it("starts over when somebody else has changed the policy meanwhile", async () => {
    const engine = world.engine("gcp:projects/iAMMember:IAMMember");
    world.sandbox.faults.add({
      match: { pathIncludes: ":setIamPolicy" },
      times: 2,
      do: { kind: "status", status: 409 },
    });
    await engine.create({ project: "acme-test", role: "roles/viewer", member: "user:ana@example.com" });
    expect(world.calls().map((line) => line.replace(/ .*:/, " "))).toEqual([
      "POST getIamPolicy",
      "POST setIamPolicy 409",
      "POST getIamPolicy",
      "POST setIamPolicy 409",
      "POST getIamPolicy",
      "POST setIamPolicy",
    ]);
  });

  it("loses no member when many are added at once", async () => {
    const engine = world.engine("gcp:projects/iAMMember:IAMMember");
    const members = Array.from({ length: 12 }, (_, index) => `user:u${index}@example.com`);
    await Promise.all(members.map((member) => engine.create({ project: "acme-test", role: "roles/viewer", member })));
    const path = "cloudresourcemanager.googleapis.com/v1/projects/acme-test:getIamPolicy";
    const { bindings } = (await ask(world.sandbox, "POST", path, {})).body as { bindings: { members: string[] }[] };
    expect(bindings).toHaveLength(1);
    expect(bindings[0]?.members.sort()).toEqual([...members].sort());
    expect(world.calls().filter((line) => line.endsWith(" 409"))).toEqual([]);
  });
});
