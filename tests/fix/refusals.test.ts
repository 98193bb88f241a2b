import { describe, expect, it } from "vitest";
import { fix, type Shop } from "./shop.ts";

/** Nothing is written, and these are the reasons. */
async function reasonsOf(shop: Shop, args?: readonly string[]): Promise<readonly string[]> {
  const outcome = await fix(shop, args);
  expect([outcome.changed, outcome.stderr, outcome.code]).toEqual([{}, "", 1]);
  return outcome.said.refused.map(({ function: name, reason }) => `${name}: ${reason}`);
}

const sdk = 'import { getFunctions, httpsCallable } from "firebase/functions";\n';

describe("a value that others share", () => {
  it("is left where a correct caller reads it, and no client can be put beside it", async () => {
    const files = {
      "web/src/call.ts": `${sdk}const functions = getFunctions(undefined, "europe-west1");
export const call = (name: string) => httpsCallable(functions, name);
`,
      "web/src/pages.ts": `import { call } from "./call";
export const list = call("list");
export const pay = call("pay");
`,
    };
    expect(await reasonsOf({ files })).toEqual(["pay: the region at call.ts:2 is also used at pages.ts:2, for list"]);
  });

  it("is left where a call that nobody can resolve may read it", async () => {
    const files = {
      "web/src/call.ts": `${sdk}const functions = getFunctions(undefined, "europe-west1");
export const pay = httpsCallable(functions, "pay");
export const any = (name: string) => httpsCallable(functions, window.names[name]);
`,
    };
    const outcome = await fix({ files });
    // A client of its own disturbs nobody.
    expect(outcome.changed).toEqual({
      "web/src/call.ts": `${sdk}const functions = getFunctions(undefined, "europe-west1");
const functionsEuropeWest3 = getFunctions(undefined, "europe-west3");
export const pay = httpsCallable(functionsEuropeWest3, "pay");
export const any = (name: string) => httpsCallable(functions, window.names[name]);
`,
    });
  });

  it("is left where something else than a call uses the constant; the call gets the region itself", async () => {
    const files = {
      "web/src/region.ts": 'export const REGION = "europe-west1";\n',
      "web/src/bucket.ts": 'import { REGION } from "./region";\nexport const bucket = "acme-" + REGION;\n',
      "web/src/pay.ts": `${sdk}import { REGION } from "./region";
export const pay = httpsCallable(getFunctions(undefined, REGION), "pay");
`,
    };
    const outcome = await fix({ files });
    expect(outcome.changed).toEqual({
      "web/src/pay.ts": `${sdk}import { REGION } from "./region";
export const pay = httpsCallable(getFunctions(undefined, "europe-west3"), "pay");
`,
    });
  });

  it("is left where the source of functions takes its region from it", async () => {
    const files = {
      "shared/package.json": '{ "name": "shared", "main": "region.ts" }',
      "shared/region.ts": 'export const REGION = "europe-west1";\n',
      "functions/package.json": '{ "main": "index.ts" }',
      "functions/index.ts":
        'import { onCall } from "firebase-functions/v2/https";\nimport { REGION } from "../shared/region";\nexport const list = onCall({ region: REGION }, () => 1);\n',
      "web/src/pay.ts": `${sdk}import { REGION } from "../../shared/region";
const functions = getFunctions(undefined, REGION);
export const pay = httpsCallable(functions, "pay");
`,
    };
    const outcome = await fix({ files, manifest: "codebases:\n  default: { source: functions }\n" });
    expect(Object.keys(outcome.changed)).toEqual(["web/src/pay.ts"]);
    expect(outcome.changed["web/src/pay.ts"]).toContain('getFunctions(undefined, "europe-west3")');
  });

  it("is left in an env file where callers that want another region read it", async () => {
    const files = {
      "web/.env": "VITE_REGION=europe-west1\n",
      "web/src/pages.ts": `${sdk}const functions = getFunctions(undefined, import.meta.env.VITE_REGION);
export const pay = httpsCallable(functions, "pay");
export const register = httpsCallable(functions, "register");
`,
    };
    expect(await reasonsOf({ files })).toEqual(["null: more than one region is right: europe-west3, europe-west2"]);
  });
});

describe("a caller that is right on one of its ways", () => {
  it("is left, whether the function or the region is chosen when it runs", async () => {
    const files = {
      "web/src/a.ts": `${sdk}const functions = getFunctions(undefined, "europe-west1");
export const a = (all: boolean) => httpsCallable(functions, all ? "list" : "pay");
`,
      "web/src/b.ts": `${sdk}export const b = (near: boolean) =>
  httpsCallable(getFunctions(undefined, near ? "europe-west3" : "europe-west1"), "refund");
`,
    };
    expect((await reasonsOf({ files })).toSorted()).toEqual([
      "pay: it also calls list, which does not belong in europe-west3",
      "refund: it calls refund in europe-west3 already when near",
    ]);
  });

  it("is mended where all its ways want the same", async () => {
    const page = (region: string) => `${sdk}const functions = getFunctions(undefined, "${region}");
export const a = (back: boolean) => httpsCallable(functions, back ? "refund" : "pay");
`;
    const outcome = await fix({ files: { "web/src/a.ts": page("europe-west1") } });
    expect([outcome.code, outcome.changed]).toEqual([0, { "web/src/a.ts": page("europe-west3") }]);
  });
});

describe("a copy that is not known to be live", () => {
  const page = (region: string) =>
    `${sdk}export const pay = httpsCallable(getFunctions(undefined, "${region}"), "pay");\n`;
  const files = { "web/src/pay.ts": page("europe-west1") };

  it("is nobody's target: the move comes first", async () => {
    const outcome = await fix({ files, live: ["pay@europe-west1"] });
    expect([outcome.code, outcome.changed]).toEqual([1, {}]);
    expect(outcome.said.refused).toMatchObject([
      {
        function: "pay",
        reason: "pay.ts:2 calls pay in europe-west1, and it is live only in europe-west1",
        mend: "Its move to europe-west3 comes first: `regions explain wrong-region` gives the order. Then run `regions fix` again.",
      },
    ]);
  });

  it("is nobody's target where nobody looked, unless somebody vouches for it", async () => {
    const offline = ["--sources", "callers"];
    expect(await reasonsOf({ files }, offline)).toEqual(["pay: whether pay is live in europe-west3 was not looked at"]);
    const vouched = await fix({ files }, [...offline, "--assume-live"]);
    expect([vouched.code, vouched.changed]).toEqual([0, { "web/src/pay.ts": page("europe-west3") }]);
  });

  it("is nobody's target where it was looked for and is not there, whoever vouches", async () => {
    const outcome = await fix({ files, live: ["pay@europe-west1"] }, ["--deployed", "listing.json", "--assume-live"]);
    expect([outcome.code, outcome.changed, outcome.said.refused.length]).toEqual([1, {}, 1]);
  });

  it("is the old one while a move is not done", async () => {
    const outcome = await fix({
      files: { "web/src/pay.ts": page("us-central1") },
      functions: ["pay: { class: payments, moving: { from: europe-west2, until: 2026-12-01 } }"],
      live: ["pay@europe-west2"],
    });
    expect(outcome.changed).toEqual({ "web/src/pay.ts": page("europe-west2") });
  });

  it("is everybody's target as soon as a move has brought it", async () => {
    const outcome = await fix({
      files: { "web/src/pay.ts": page("europe-west2") },
      functions: ["pay: { class: payments, moving: { from: europe-west2, until: 2026-12-01 } }"],
      live: ["pay@europe-west2", "pay@europe-west3"],
    });
    expect([outcome.code, outcome.changed]).toEqual([0, { "web/src/pay.ts": page("europe-west3") }]);
  });
});

describe("what is not this run's business", () => {
  const page = (
    pay: string,
    register: string,
  ) => `${sdk}export const pay = httpsCallable(getFunctions(undefined, "${pay}"), "pay");
export const register = httpsCallable(getFunctions(undefined, "${register}"), "register");
`;
  const files = {
    "web/src/a.ts": page("europe-west1", "europe-west1"),
    "web/other/b.ts": page("europe-west1", "europe-west1"),
  };

  it("stays: ignored findings", async () => {
    const manifest = "ignore:\n  - { rule: mismatched-caller, function: pay, reason: later }\n";
    const outcome = await fix({ files: { "web/src/a.ts": page("europe-west1", "europe-west1") }, manifest });
    expect([outcome.code, outcome.changed]).toEqual([0, { "web/src/a.ts": page("europe-west1", "europe-west2") }]);
  });

  it("stays: other functions, other folders, other rules", async () => {
    const listing = ["--deployed", "listing.json"];
    const one = await fix({ files }, ["web/src", ...listing, "--function", "pay"]);
    expect([one.code, one.changed]).toEqual([0, { "web/src/a.ts": page("europe-west3", "europe-west1") }]);
    const none = await fix({ files }, [...listing, "--rule", "env-region,task-enqueuer"]);
    expect([none.code, none.changed, none.said.status]).toEqual([0, {}, "nothing to do"]);
    const wrong = await fix({ files }, [...listing, "--rule", "mismatched-callers"]);
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      "--rule names mismatched-callers, which is no rule that can be fixed.\n  Did you mean mismatched-caller?\n",
    ]);
  });

  it("stays: a line that another environment needs as it is", async () => {
    const manifest = "";
    const shop = { files: { "web/src/a.ts": page("europe-west1", "europe-west2") }, manifest };
    const environments = `version: 1
defaultEnvironment: production
environments:
  production: { project: acme-prod }
  staging: { project: acme-staging, classes: { payments: { region: europe-west1 } } }
regions: { europe-west1: {}, europe-west2: {}, europe-west3: {} }
classes:
  affiliate: { region: europe-west2 }
  payments: { region: europe-west3 }
functions: { pay: payments, register: affiliate }
callers:
  web: { root: web }
`;
    const outcome = await fix({ ...shop, files: { ...shop.files, "regions.yaml": environments } });
    expect(outcome.said.refused.map(({ reason }) => reason)).toEqual([
      "environment staging wants pay in europe-west1, and both are built from this line",
    ]);
  });

  it("stays: code of another repository", async () => {
    const callers = [
      {
        file: "src/pay.ts",
        line: 2,
        column: 1,
        endLine: 2,
        how: "callable",
        targets: [{ function: "pay", region: "europe-west1", when: null }],
        functions: ["pay"],
        regions: ["europe-west1"],
        certain: true,
        regionSource: "literal",
        regionPlace: null,
        project: null,
        via: [],
      },
    ];
    const facts = JSON.stringify({ version: 1, callers, unresolved: [], gaps: [] });
    const outcome = await fix({
      files: { "app.json": facts },
      manifest: "  app: { root: app, facts: app.json }\n",
    });
    expect(outcome.said.refused.map(({ reason, mend }) => [reason, mend])).toEqual([
      ["the caller was read in another repository", "Run `regions fix` where its code lives."],
    ]);
  });
});

it("what a generated client calls is generated anew instead", async () => {
  const files = {
    "web/src/regions.ts": `// Generated by \`regions generate client\` from regions.yaml.
import { getFunctions, httpsCallable } from "firebase/functions";

export function pay(data: unknown) {
  return httpsCallable(getFunctions(undefined, "europe-west1"), "pay")(data);
}
`,
    "web/src/pages.ts": `import { pay } from "./regions";
export const buy = () => pay({ amount: 1 });
`,
  };
  expect(await reasonsOf({ files })).toEqual([
    "pay: its region comes from web/src/regions.ts, which `regions generate client` writes",
  ]);
});
