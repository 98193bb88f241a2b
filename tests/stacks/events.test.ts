import { describe, expect, it } from "vitest";
import type { DeploymentEvent } from "../../src/model/deployment.ts";
import { listen } from "../../src/stacks/events.ts";
import { fieldChanges } from "../../src/stacks/fields.ts";

const region = "regions:fleet:Class$regions:fleet:Region$";
const urn = (chain: string, name: string) => `urn:pulumi:production::regions::${chain}::${name}`;
const pay = urn(`${region}gcp:cloudfunctionsv2/function:Function`, "pay@europe-west3");

describe("fieldChanges", () => {
  it("speaks of fields as the manifest does, and shows no variable's value", () => {
    const before = {
      labels: { team: "a" },
      serviceConfig: {
        availableMemory: "256Mi",
        environmentVariables: { TOKEN: "old" },
        secretEnvironmentVariables: [{ key: "A", secret: "A" }],
      },
    };
    const after = {
      labels: { team: "b" },
      serviceConfig: {
        availableMemory: "1Gi",
        environmentVariables: { TOKEN: "new", OTHER: "x" },
        secretEnvironmentVariables: [
          { key: "A", secret: "A" },
          { key: "B", secret: "B" },
        ],
      },
    };
    const paths = [
      "serviceConfig.availableMemory",
      "serviceConfig.environmentVariables.TOKEN",
      'serviceConfig.environmentVariables["OTHER"]',
      "serviceConfig.secretEnvironmentVariables[1]",
      "labels.team",
      "labels.firebase-functions-hash",
      "buildConfig.source.storageSource.object",
      "eventTrigger.eventFilters[0].value",
    ];
    expect(fieldChanges(paths, before, after)).toEqual([
      { field: "label team", from: "a", to: "b" },
      { field: "memory", from: "256Mi", to: "1Gi" },
      { field: "secrets", from: "A", to: "A, B" },
      { field: "source", from: null, to: null },
      { field: "trigger eventFilters.0.value", from: null, to: null },
      { field: "variable OTHER", from: null, to: null },
      { field: "variable TOKEN", from: null, to: null },
    ]);
  });
});

describe("fieldChanges, of what is nobody's business", () => {
  const fields = (paths: readonly string[], before: unknown, after: unknown) =>
    fieldChanges(paths, before, after).map(({ field, from, to }) => `${field}: ${from} > ${to}`);

  it("shows no variable, header or body, whichever path leads to it", () => {
    const service = { environmentVariables: { TOKEN: "hunter2" }, availableCpu: "1" };
    const target = { uri: "https://x.example/run?key=abcdef", headers: { "X-Key": "hunter2" }, body: "aHVudGVyMg==" };
    const after = { serviceConfig: service, buildEnvironmentVariables: { A: "hunter2" }, httpTarget: target };
    const paths = [
      "serviceConfig",
      "serviceConfig.environmentVariables",
      "buildEnvironmentVariables.A",
      "httpTarget",
      "httpTarget.headers",
      'httpTarget.headers["X-Key"]',
      "httpTarget.body",
      "httpTarget.uri",
    ];
    expect(fields(paths, {}, after)).toEqual([
      "httpTarget: null > null",
      "httpTarget.body: null > null",
      "httpTarget.headers: null > null",
      "httpTarget.headers.X-Key: null > null",
      "httpTarget.uri: null > https://x.example/run?key=******",
      "serviceConfig: null > null",
      "variable A: null > null",
      "variables: null > null",
    ]);
  });

  it("says nothing of the variable that Google adds by itself, unless a program names it", () => {
    const path = "serviceConfig.environmentVariables.LOG_EXECUTION_ID";
    const set = { serviceConfig: { environmentVariables: { LOG_EXECUTION_ID: "true" } } };
    const other = { serviceConfig: { environmentVariables: { LOG_EXECUTION_ID: "false" } } };
    expect(fields([path], {}, set)).toEqual([]);
    expect(fields([path], set, other)).toEqual(["variable LOG_EXECUTION_ID: null > null"]);
  });
});

describe("listen", () => {
  const step = (op: string, of = pay, more: object = {}) => ({ op, urn: of, type: "", provider: "", ...more }) as never;
  const event = (body: object) => ({ sequence: 0, timestamp: 0, ...body });

  it("tells a deployment's steps once begun and once done, and why one failed", () => {
    const heard: DeploymentEvent[] = [];
    const { hear, record } = listen((one) => heard.push(one));
    const job = urn(`${region}gcp:cloudscheduler/job:Job`, "nightly@europe-west1/job");
    hear(event({ resourcePreEvent: { metadata: step("create") } }));
    hear(event({ resOutputsEvent: { metadata: step("create") } }));
    hear(event({ resourcePreEvent: { metadata: step("same", job, { old: { id: "jobs/nightly" } }) } }));
    hear(event({ resOutputsEvent: { metadata: step("same", job, { old: { id: "jobs/nightly" } }) } }));
    hear(event({ resourcePreEvent: { metadata: step("same", job.replace("nightly", "not-yet")) } }));
    hear(event({ resourcePreEvent: { metadata: step("same", job.replace("nightly", "later"), { old: { id: "" } }) } }));
    const webhook = pay.replace("pay@", "webhook@");
    hear(event({ resourcePreEvent: { metadata: step("update", webhook) } }));
    hear(
      event({
        diagnosticEvent: {
          urn: webhook,
          severity: "error",
          color: "never",
          message:
            "<{%reset%}>error: 1 error occurred:\n\t* PATCH …: 403 (Authorization: Bearer ya29.abcdefghijklmnop)<{%reset%}>\n",
        },
      }),
    );
    hear(event({ resOpFailedEvent: { metadata: step("update", webhook), status: 0, steps: 1 } }));
    hear(event({ diagnosticEvent: { urn: "", severity: "error", color: "never", message: "update failed" } }));
    expect(heard.map((one) => `${one.kind} ${"change" in one ? one.change.part.function : ""}`)).toEqual([
      "begun pay",
      "done pay",
      "begun webhook",
      "failed ",
    ]);
    const { changes, failures, unchanged } = record();
    expect([changes.length, unchanged]).toEqual([1, 1]);
    expect(failures).toHaveLength(1);
    expect(failures[0]?.part?.function).toBe("webhook");
    expect(failures[0]?.message).toMatch(/^PATCH …: 403/);
    expect(failures[0]?.message).not.toContain("abcdefghijklmnop");
  });

  it("tells what a look found, alone and before a preview, and takes no plan for it", () => {
    const update = { diffKind: "update", inputDiff: false };
    const diff = { detailedDiff: { "serviceConfig.availableMemory": update, "serviceConfig.availableCpu": update } };
    const old = { outputs: { serviceConfig: { availableMemory: "512Mi", availableCpu: "1" }, updateTime: "1" } };
    const next = { outputs: { serviceConfig: { availableMemory: "1Gi", availableCpu: "1" }, updateTime: "2" } };
    const [lost, same] = [pay.replace("pay@", "lost@"), pay.replace("pay@", "same@")];
    // An engine calls the end of a look by what came of it where nothing follows, and "refresh" before a preview.
    for (const ends of [
      { pay: "update", lost: "delete", same: "update" },
      { pay: "refresh", lost: "refresh", same: "refresh" },
    ]) {
      const { hear, record } = listen();
      const planning = true;
      for (const of of [pay, lost, same])
        hear(event({ resourcePreEvent: { planning, metadata: step("refresh", of) } }));
      hear(event({ resOutputsEvent: { planning, metadata: step(ends.pay, pay, { old, new: next, ...diff }) } }));
      hear(event({ resOutputsEvent: { planning, metadata: step(ends.lost, lost, { old, new: null }) } }));
      // Google's own fields differ, and no field of ours.
      hear(event({ resOutputsEvent: { planning, metadata: step(ends.same, same, { old, new: next }) } }));
      hear(event({ resourcePreEvent: { planning, metadata: step("update", same, { old, new: next, ...diff }) } }));
      hear(event({ resOutputsEvent: { planning, metadata: step("update", same, { old, new: next, ...diff }) } }));
      const { drifts, compared, changes } = record();
      expect(drifts.map(({ part, kind, fields }) => [part.function, kind, fields])).toEqual([
        ["pay", "changed", [{ field: "memory", state: "512Mi", cloud: "1Gi" }]],
        ["lost", "gone", []],
      ]);
      expect(compared).toEqual([pay, lost, same]);
      expect(changes.map(({ part }) => part.function)).toEqual(["same"]);
    }
  });

  it("takes the class of a copy from the component that it stands in, also of one that goes or fails", () => {
    const { hear, record } = listen();
    const parent = urn("regions:fleet:Class$regions:fleet:Region", "team@home@europe-west3");
    const job = pay.replace("cloudfunctionsv2/function:Function", "cloudscheduler/job:Job");
    hear(event({ resOutputsEvent: { metadata: step("delete", pay, { old: { parent }, new: null }) } }));
    hear(event({ resOutputsEvent: { metadata: step("create", job, { new: { parent } }) } }));
    hear(event({ resOpFailedEvent: { metadata: step("delete", pay, { old: { parent } }), status: 0, steps: 1 } }));
    hear(event({ resOutputsEvent: { metadata: step("create", job.replace("pay@", "old@"), { new: {} }) } }));
    const { changes, failures } = record();
    expect(changes.map(({ part }) => part.class)).toEqual(["team@home", "team@home", null]);
    expect(failures.map(({ part }) => part?.class)).toEqual(["team@home"]);
  });

  it("calls forgotten what is left where it is", () => {
    const { hear, record } = listen();
    const topic = urn("regions:fleet:Sources$gcp:pubsub/topic:Topic", "topic/orders");
    for (const retainOnDelete of [true, false]) {
      hear(event({ resOutputsEvent: { metadata: step("delete", topic, { old: { retainOnDelete } }) } }));
    }
    expect(record().changes.map(({ operation }) => operation)).toEqual(["forget", "delete"]);
  });

  it("counts a broken policy as a failure, and an advice as a warning", () => {
    const { hear, record } = listen();
    const policy = { color: "never", policyPackName: "regions", policyPackVersion: "1", policyPackVersionTag: "1" };
    hear(
      event({
        policyEvent: {
          ...policy,
          resourceUrn: pay,
          policyName: "region-per-manifest",
          message: "pay …",
          enforcementLevel: "mandatory",
        },
      }),
    );
    hear(event({ policyEvent: { ...policy, policyName: "advice", message: "smaller", enforcementLevel: "warning" } }));
    const { failures, warnings } = record();
    expect(failures.map(({ part, message }) => `${part?.function} ${message}`)).toEqual([
      "pay region-per-manifest: pay …",
    ]);
    expect(warnings).toEqual(["advice: smaller"]);
  });
});
