import { describe, expect, it } from "vitest";
import { audit } from "../../src/audit/audit.ts";
import type { Part } from "../../src/model/deployment.ts";
import type { Finding } from "../../src/model/finding.ts";
import type { Drift, StateCopy, StateFacts } from "../../src/model/state.ts";
import { brief, copy, look, manifestFrom, manifestOf, open, type Parts, today, unreachable } from "./look.ts";

const west1 = "europe-west1";
const west3 = "europe-west3";

const manifest = manifestOf([
  "pay: { class: payments, memory: 512Mi, maxInstances: 20 }",
  "getAdminStats: core",
  "report: { class: core, regions: [europe-west1, us-central1] }",
]);

function held(name: string, region: string, more: Partial<StateCopy> = {}): StateCopy {
  return { function: name, region, generation: 2, adopted: false, compared: true, ...more };
}

function stateOf(copies: readonly StateCopy[], drifts: readonly Drift[] = [], interrupted = 0): StateFacts {
  return { copies, drifts, compared: copies.length, interrupted };
}

function part(kind: Part["kind"], name: string | null, region: string | null, more: Partial<Part> = {}): Part {
  return { kind, function: name, region, class: null, detail: null, ...more };
}

const gone = (of: Part): Drift => ({ part: of, kind: "gone", fields: [] });

const ours = { deployer: "regions" } as const;
const live = [
  copy("pay", west3, ours),
  copy("getAdminStats", west1, ours),
  copy("report", west1, ours),
  copy("report", "us-central1", ours),
];
const known = [held("pay", west3), held("getAdminStats", west1), held("report", west1), held("report", "us-central1")];

function drifts(parts: Parts, by = manifest): readonly Finding[] {
  return audit(look(parts), by, today).findings.filter(({ rule }) => rule === "drift");
}

describe("a state that was not asked for", () => {
  it("is no rule that ran and no open question, and changes no other finding", () => {
    const report = audit(look({ deployed: live }), manifest, today);
    expect([report.findings, report.sources.state]).toEqual([[], "not asked"]);
    expect(report.notChecked.filter(({ rule }) => rule === "drift")).toEqual([]);
    const asked = audit(look({ deployed: live, state: stateOf(known) }), manifest, today);
    expect([asked.findings, asked.checked.rules]).toEqual([[], report.checked.rules + 1]);
  });
});

describe("what is in the state and gone from the cloud", () => {
  const heldPay = stateOf(known, [gone(part("function", "pay", west3))]);

  it("is missing-function's where that looked, with what the state knows", () => {
    const report = audit(look({ deployed: live.slice(1), state: heldPay }), manifest, today);
    expect(brief(report)).toEqual(["missing-function pay"]);
    expect(report.findings[0]?.mend).toBe("Make it again: `regions deploy --refresh`; or take it out of regions.yaml.");
  });

  it("is wrong-region's where it is live elsewhere, which says so too", () => {
    const report = audit(look({ deployed: [...live.slice(1), copy("pay", west1)], state: heldPay }), manifest, today);
    expect(brief(report)).toEqual(["wrong-region pay"]);
    expect(report.findings[0]?.related.map(({ message }) => message)).toEqual([
      "class payments wants it in europe-west3",
      "the state of production still holds it in europe-west3: somebody deleted it there since it was deployed",
    ]);
  });

  it("is drift where nobody else can say it: the list has a gap elsewhere, or was not asked for", () => {
    const inState = { deployed: live.slice(1), state: heldPay, gaps: [unreachable("us-central1")] };
    expect(drifts(inState).map(({ message, severity, impact }) => [severity, impact, message])).toEqual([
      [
        "error",
        "now",
        "pay is gone from europe-west3, where the state of production still holds it: every call to it fails.",
      ],
    ]);
    expect(drifts({ state: heldPay }).map((one) => one.function)).toEqual(["pay"]);
  });

  it("is another function where something else answers by its name", () => {
    const other = [copy("pay", west3, { generation: 1 }), ...live.slice(1)];
    expect(drifts({ deployed: other, state: heldPay }).map(({ message }) => message)).toEqual([
      "pay is gone from europe-west3, where the state of production still holds it: what answers there now is of generation 1, and was deployed by somebody else.",
    ]);
  });
});

describe("what is in the cloud and unknown to the state", () => {
  it("is found by the next deployment where it bears this tool's label, and else has to be adopted", () => {
    const stranger = copy("getAdminStats", west1);
    const found = drifts({
      deployed: [copy("pay", west3, ours), stranger, ...live.slice(2)],
      state: stateOf(known.slice(2)),
    });
    expect(found.map(({ severity, message, mend }) => [severity, message, mend])).toEqual([
      [
        "warning",
        "getAdminStats in europe-west1 was deployed by somebody else, and the state of production does not know it: no deployment can go on before it is adopted.",
        "Take it over as it is: `regions adopt`.",
      ],
      [
        "warning",
        "pay in europe-west3 bears this tool's label, and the state of production does not know it: a deployment was killed, or has another state.",
        "Let a deployment find it: `regions deploy`.",
      ],
    ]);
  });

  it("is one finding for a codebase of which the state knows nothing", () => {
    const found = drifts({ deployed: live, state: stateOf([]) });
    expect(found.map(({ message, place }) => [message, place?.line])).toEqual([
      [
        "None of the 4 live functions of codebase default is in the state of production: no deployment can go on before they are adopted.",
        13,
      ],
    ]);
    expect(found[0]?.related).toHaveLength(4);
  });

  it("is left to those rules that say it should not be there", () => {
    const deployed = [...live, copy("pay", west1), copy("twilioWebhook", west1)];
    const report = audit(look({ deployed, state: stateOf(known) }), manifest, today);
    expect(brief(report)).toEqual(["duplicate-function pay", "undeclared-function twilioWebhook"]);
  });
});

describe("what is in the state and not wanted", () => {
  const copies = [...known, held("oldImport", west1), held("pay", west1, { adopted: true })];

  it("adds to the rules that say so what a deployment would do with it", () => {
    const deployed = [...live, copy("oldImport", west1), copy("pay", west1)];
    const report = audit(look({ deployed, state: stateOf(copies) }), manifest, today);
    expect(report.findings.map(({ rule, related }) => [rule, related.at(-1)?.message])).toEqual([
      [
        "duplicate-function",
        "the state of production holds this copy in europe-west1, as adopted: no deployment touches it until somebody decides",
      ],
      [
        "undeclared-function",
        "the state of production holds this copy in europe-west1, and the next `regions deploy` deletes it",
      ],
    ]);
  });

  it("is a warning where nobody else looked; what was adopted is left alone", () => {
    expect(drifts({ state: stateOf(copies) }).map(({ severity, message }) => [severity, message])).toEqual([
      [
        "warning",
        "oldImport in europe-west1 is in the state of production, and regions.yaml does not know it: the next `regions deploy` deletes it.",
      ],
    ]);
  });

  it("is an error where the manifest wants it, and its codebase was handed to firebase", () => {
    const handed = manifestFrom(`version: 1
environments: { production: { project: acme-prod } }
regions: { europe-west1: {} }
classes: { core: { region: europe-west1 } }
codebases:
  default: { source: functions, deployer: pulumi }
  billing: { source: billing, deployer: firebase }
functions:
  getAdminStats: core
  sendInvoice: { class: core, codebase: billing }
  sendReminder: { class: core, codebase: billing }
`);
    const state = stateOf([held("getAdminStats", west1), held("sendInvoice", west1), held("sendReminder", west1)]);
    const deployed = [copy("getAdminStats", west1, ours), copy("sendInvoice", west1), copy("sendReminder", west1)];
    expect(
      drifts({ deployed, state }, handed).map(({ severity, message, place }) => [severity, message, place?.line]),
    ).toEqual([
      [
        "error",
        "The next `regions deploy` deletes 2 functions that regions.yaml wants: the state of production holds them, and codebase billing is deployed by firebase now.",
        7,
      ],
    ]);
  });
});

describe("what differs", () => {
  const changed = (name: string, region: string, fields: Drift["fields"]): Drift => {
    return { part: part("function", name, region), kind: "changed", fields };
  };

  it("is an error that a deployment would put back, and a warning once the manifest wants it so", () => {
    const memory = { field: "memory", state: "1Gi", cloud: "512Mi" };
    const timeout = { field: "timeoutSeconds", state: "60", cloud: null };
    const rows = (fields: Drift["fields"]) =>
      drifts({ deployed: live, state: stateOf(known, [changed("pay", west3, fields)]) }).map(
        ({ severity, message, differences }) => [severity, message, differences?.map((one) => one.manifest)],
      );
    expect(rows([memory, timeout])).toEqual([
      [
        "error",
        "pay in europe-west3 is not what was deployed: memory (1Gi as deployed, 512Mi now) and timeoutSeconds (60 as deployed, not set now).",
        ["512Mi", null],
      ],
    ]);
    expect(rows([memory])).toEqual([
      [
        "warning",
        "pay in europe-west3 is not what was deployed: memory (1Gi as deployed, 512Mi now). regions.yaml wants it so by now.",
        ["512Mi"],
      ],
    ]);
    // What a first-generation function calls 512.
    expect(rows([{ field: "memory", state: "256", cloud: "512" }])[0]?.[0]).toBe("warning");
  });

  it("names three fields and counts the others; the lines beneath have all", () => {
    const fields = ["concurrency", "ingress", "minInstances", "trigger", "variable A"].map((field) => {
      return { field, state: null, cloud: null };
    });
    const [found] = drifts({ deployed: live, state: stateOf(known, [changed("pay", west3, fields)]) });
    expect(found?.message).toBe(
      "pay in europe-west3 is not what was deployed: concurrency, ingress, minInstances and 2 further fields.",
    );
    expect(found?.related.map(({ message }) => message)).toEqual([
      ...fields.map(({ field }) => `${field} differs`),
      "class payments wants it in europe-west3",
    ]);
  });

  it("is unreachable-function's where the public binding of a webhook is gone", () => {
    const state = stateOf(known, [gone(part("invoker", "pay", west3, { detail: "allUsers" }))]);
    const closed = [copy("pay", west3, { ...ours, invoker: "restricted" }), ...live.slice(1)];
    const report = audit(look({ deployed: closed, state }), manifest, today);
    expect(brief(report)).toEqual(["unreachable-function pay"]);
    expect(report.findings[0]?.mend).toBe("Put the binding back: `regions deploy --refresh`.");
    expect(brief(audit(look({ state }), manifest, today))).toEqual(["drift pay"]);
  });

  it("of a class, and of the fleet, is one finding each", () => {
    const around = [
      gone(part("role", null, null, { class: "payments", detail: "roles/datastore.user" })),
      gone(part("secret-access", null, null, { class: "payments", detail: "STRIPE_KEY" })),
      gone(part("alert", null, west3, { detail: "vcpu" })),
    ];
    const found = drifts({ deployed: live, state: stateOf(known, around) });
    expect(found.map(({ impact, message, function: name }) => [impact, name, message])).toEqual([
      [
        "now",
        null,
        "Functions of class payments have lost what was deployed for them: the role roles/datastore.user and access to the secret STRIPE_KEY.",
      ],
      ["next", null, "The fleet has lost what its functions share: the alert vcpu of europe-west3."],
    ]);
  });

  it("tells a deployment that has not ended", () => {
    const found = drifts({ deployed: live, state: stateOf(known, [], 1) });
    expect(found.map(({ severity, message }) => [severity, message])).toEqual([
      [
        "warning",
        "A deployment had begun 1 part and not ended when the state of production was read: it was killed, or is at work.",
      ],
    ]);
  });
});

describe("what could not be looked at", () => {
  it("is not checked, and a copy that was not compared neither passes nor fails", () => {
    const reason = "GET …: 403 PERMISSION_DENIED";
    const gap = { source: "state", facet: "resources", scope: west3, region: west3, reason } as const;
    const unread = [held("pay", west3, { compared: false }), ...known.slice(1)];
    const passed = (state: StateFacts) =>
      audit(look({ deployed: live, state }), manifest, today).score.parts.fleet?.passed;
    expect(passed(stateOf(known))).toBe((passed(stateOf(unread)) ?? 0) + 1);
    const report = audit(look({ deployed: live, state: stateOf(unread), gaps: [gap] }), manifest, today);
    expect([report.sources.state, open(report)["drift europe-west3"]]).toEqual(["partial", reason]);
  });

  it("leaves the rule open where there is no state at all", () => {
    const gap = { source: "state", facet: "state", scope: "*", region: null, reason: "no engine" } as const;
    const report = audit(look({ deployed: live, gaps: [gap], failed: ["state"] }), manifest, today);
    expect(open(report)["drift *"]).toBe("deployments' state could not be read: no engine");
    expect(report.findings).toEqual([]);
  });
});
