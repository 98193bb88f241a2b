import { describe, expect, it } from "vitest";
import { idOf } from "../../src/stacks/ids.ts";
import { accountEmail, accountId, bucketName, labelValue } from "../../src/stacks/names.ts";
import { partOf } from "../../src/stacks/parts.ts";
import { planFleet } from "../../src/stacks/plan/plan.ts";
import { everyKindInput } from "./fleet.ts";

const region = "regions:fleet:Class$regions:fleet:Region$";
const urn = (chain: string, name: string) => `urn:pulumi:production::regions::${chain}::${name}`;
const pay = urn(`${region}gcp:cloudfunctionsv2/function:Function`, "pay@europe-west3");

describe("names", () => {
  it("of accounts keep to Google's 6 to 30 characters, and two classes apart", () => {
    expect(accountId("core")).toBe("regions-core");
    expect(accountId("a-class-of-exactly-22c")).toBe("regions-a-class-of-exactly-22c");
    expect(accountId("a-class-with-a-name-too-long")).toMatch(/^regions-a-class-with-a-[0-9a-f]{6}$/);
    expect(accountId("Core")).toMatch(/^regions-core-[0-9a-f]{6}$/);
    expect(accountId("co.re")).not.toBe(accountId("co_re"));
    const odd = ["x", "-", "Core", "a.very.long_name-with.Everything-in_it", "trailing-"].map(accountId);
    expect(odd.filter((id) => !/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(id))).toEqual([]);
  });

  it("follow a project of a domain where Google writes the domain last", () => {
    expect(accountEmail("runner", "example.com:acme")).toBe("runner@acme.example.com.iam.gserviceaccount.com");
    expect(bucketName("example.com:acme")).toBe("example-com-acme-regions-sources");
    expect(labelValue("My.Codebase")).toBe("my-codebase");
  });
});

describe("partOf", () => {
  it.each([
    [pay, ["function", "pay", "europe-west3", null, null]],
    [
      urn(`${region}gcp:cloudrunv2/serviceIamMember:ServiceIamMember`, "pay@europe-west3/invoker/ops@acme.example"),
      ["invoker", "pay", "europe-west3", null, "ops@acme.example"],
    ],
    [urn(`${region}gcp:cloudscheduler/job:Job`, "a-b_c@us-east1/job"), ["job", "a-b_c", "us-east1", null, null]],
    [
      urn("regions:fleet:Class$gcp:serviceaccount/account:Account", "core/account"),
      ["account", null, null, "core", null],
    ],
    [
      urn("regions:fleet:Class$gcp:projects/iAMMember:IAMMember", "core/roles/datastore.user"),
      ["role", null, null, "core", "roles/datastore.user"],
    ],
    [
      urn("regions:fleet:Class$gcp:serviceaccount/iAMMember:IAMMember", "core/itself/roles/iam.serviceAccountUser"),
      ["role", null, null, "core", "roles/iam.serviceAccountUser on itself"],
    ],
    [
      urn("regions:fleet:Class$gcp:secretmanager/secretIamMember:SecretIamMember", "core/secret/STRIPE_KEY"),
      ["secret-access", null, null, "core", "STRIPE_KEY"],
    ],
    [
      urn("regions:fleet:Sources$gcp:storage/bucketObject:BucketObject", "api/0123"),
      ["archive", null, null, null, "api"],
    ],
    [urn("regions:fleet:Sources$gcp:storage/bucket:Bucket", "sources/bucket"), ["bucket", null, null, null, null]],
    [
      urn("regions:fleet:Watch$gcp:monitoring/alertPolicy:AlertPolicy", "us-east1/vcpu"),
      ["alert", null, "us-east1", null, "vcpu"],
    ],
    [urn("random:index/id:Id", "somebody's"), ["other", null, null, null, null]],
  ])("%s", (of, [kind, name, where, className, detail]) => {
    expect(partOf(of)).toEqual({ kind, function: name, region: where, class: className, detail });
  });

  it("takes the stack, components and providers for no part", () => {
    expect(
      [
        urn("pulumi:pulumi:Stack", "regions-production"),
        urn("pulumi:providers:gcp", "google"),
        urn("regions:fleet:Class$regions:fleet:Region", "core@us-east1"),
      ].map(partOf),
    ).toEqual([null, null, null]);
  });
});

it("ids follow from inputs, where Google does not choose them", async () => {
  const ids = new Map(planFleet(await everyKindInput()).resources.map((spec) => [spec.name, idOf(spec)]));
  const here = "projects/acme-prod/locations/europe-west1";
  expect(ids.get("internal@europe-west1")).toBe(`${here}/functions/internal`);
  expect(ids.get("oldCall@europe-west1")).toBe(`${here}/functions/oldCall`);
  expect(ids.get("nightly@europe-west1/job")).toBe(`${here}/jobs/firebase-schedule-nightly-europe-west1`);
  expect(ids.get("oldCharge@europe-west1/queue")).toBe(`${here}/queues/oldCharge`);
  expect(ids.get("topic/orders")).toBe("projects/acme-prod/topics/orders");
  expect(ids.get("sources/bucket")).toBe("acme-prod-regions-sources");
  expect(ids.get("core/account")).toBe(
    "projects/acme-prod/serviceAccounts/regions-core@acme-prod.iam.gserviceaccount.com",
  );
  expect([ids.get("dashboard"), ids.get("pay@europe-west3/invoker/allUsers")]).toEqual([null, null]);
});
