import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InputError } from "../../src/model/problem.ts";
import { isSnapshotText, readDeployedFile } from "../../src/sources/deployed/file.ts";
import { bareCopy } from "./bare-copy.ts";
import { gen2 } from "./google-twin.ts";
import { asciiStyle, fleetRows, type TableRow, tableText } from "./table-twin.ts";

const written = "2026-11-20T08:00:00.000Z";
const read = (text: string, project: string | null = "acme") => readDeployedFile(text, "list.txt", written, project);

function problemsOf(text: string) {
  try {
    read(text);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as InputError).problems;
  }
  throw new Error("no InputError was thrown");
}

const row = (over: Partial<TableRow> = {}): TableRow => ({
  name: "registerChatter",
  version: "v2",
  trigger: "callable",
  region: "europe-west1",
  memory: "256",
  runtime: "nodejs22",
  ...over,
});

describe("the printed table of firebase", () => {
  const fleet = fleetRows();

  test("a fleet of 676 functions is read whole", () => {
    const { facts, gaps, notes } = read(tableText(fleet));
    expect(facts.functions).toHaveLength(676);
    expect(facts.functions.map(({ name, region }) => [name, region])).toEqual(
      fleet.map(({ name, region }) => [name, region]),
    );
    const counts = new Map<string, number>();
    for (const { generation, trigger } of facts.functions) {
      const key = `${trigger} ${generation}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(Object.fromEntries(counts)).toEqual({
      "callable 1": 75,
      "callable 2": 396,
      "scheduled 1": 1,
      "scheduled 2": 80,
      "https 2": 47,
      "event 1": 2,
      "event 2": 74,
      "blocking 1": 1,
    });
    expect(facts.functions.filter(({ name }) => name.toLowerCase() === "verifyvat").map(({ name }) => name)).toEqual([
      "verifyVAT",
      "verifyVat",
    ]);
    expect(facts.functions.filter(({ memoryMiB }) => memoryMiB === null)).toHaveLength(5);
    expect(facts.origin).toEqual({ kind: "firebase-table", file: "list.txt", takenAt: written });
    expect(gaps).toEqual([]);
    expect(notes).toEqual([
      "list.txt is the table of firebase functions:list, which cannot show the state of a function, its cpu and instance limits, its URLs, who may call it, where its events come from, regions that Google could not reach, functions of generation 1 beyond Google's first page, Cloud Run services, Scheduler jobs, queues and vCPU in use.",
      "list.txt was written 2026-11-20 08:00 UTC; later changes are not in it.",
    ]);
  });

  test("one row has the facts that the table shows, and null for the rest", () => {
    const trigger = "google.cloud.firestore.document.v1.updated";
    const { facts } = read(tableText([row({ trigger, memory: "---" })]));
    expect(facts.functions).toEqual([
      {
        ...bareCopy,
        name: "registerChatter",
        project: "acme",
        region: "europe-west1",
        generation: 2,
        trigger: "event",
        runtime: "nodejs22",
        eventTrigger: { eventType: trigger, triggerRegion: null, resource: null, database: null, bucket: null },
      },
    ]);
    expect(facts.lacks).toEqual([
      "state",
      "cpu",
      "max-instances",
      "urls",
      "event-triggers",
      "invokers",
      "unreachable-regions",
      "services",
      "jobs",
      "queues",
      "triggers",
      "locations",
      "runtimes",
      "usage",
      "databases",
      "buckets",
    ]);
  });

  test.each([
    ["callable", "callable"],
    ["https", "https"],
    ["scheduled", "scheduled"],
    ["taskQueue", "task"],
    ["dataConnectGraphql", "other"],
    ["providers/cloud.auth/eventTypes/user.beforeCreate", "blocking"],
    ["google.firebase.ailogic.v1.beforeGenerateContent", "other"],
    ["google.cloud.storage.object.v1.finalized", "event"],
  ])("trigger %s is %s", (trigger, kind) => {
    expect(read(tableText([row({ trigger })])).facts.functions[0]?.trigger).toBe(kind);
  });

  const two = [row(), row({ name: "stripeWebhook", version: "v1", trigger: "https", region: "us-central1" })];
  const plain = tableText(two);
  const expected = read(plain).facts.functions;

  test.each([
    ["a byte order mark", `\uFEFF${plain}`],
    ["Windows line ends", plain.replaceAll("\n", "\r\n")],
    [
      "colour codes",
      plain
        .replace(/Function|Version|Trigger/g, (title) => `\u001b[33m${title}\u001b[39m`)
        .replaceAll("│", "\u001b[90m│\u001b[39m"),
    ],
    [
      "log lines around it",
      `✔  Preparing the list of your Firebase functions\n[warn] a newer version is there {"a":1}\n\n${plain}\nDone in 3s.\n`,
    ],
    ["indentation", plain.replace(/^/gm, "  ")],
    ["a table of + - |", tableText(two, asciiStyle)],
    ["characters broken by a console's code page", Buffer.from(plain, "utf8").toString("latin1")],
  ])("%s changes nothing", (_what, text) => {
    expect(read(text).facts.functions).toEqual(expected);
  });

  test("cut in half anywhere between header and bottom border is an error, never a smaller fleet", () => {
    const text = tableText([row(), row({ name: "b" }), row({ name: "c" })]);
    for (let length = 1; length < text.trimEnd().length; length += 1) {
      const problems = problemsOf(text.slice(0, length));
      expect(problems.length).toBeGreaterThan(0);
    }
    const cut = problemsOf(tableText(fleet).slice(0, 60_000));
    expect(cut.map((problem) => problem.message)).toEqual([
      "The table ends here without its bottom border: the listing was cut short.",
    ]);
    expect(cut[0]?.place?.line).toBe(tableText(fleet).slice(0, 60_000).split("\n").length);
    expect(cut[0]?.mend).toContain("firebase functions:list");
  });

  test("every bad row is told in one go, with its line", () => {
    const problems = problemsOf(
      tableText([
        row({ name: "sendMon…" }),
        row({ name: "not a name" }),
        row({ name: "a", region: "paris" }),
        row({ name: "b", version: "v9" }),
        row({ name: "c", trigger: "" }),
        row({ name: "d" }),
        row({ name: "d" }),
      ]),
    );
    expect(problems.map((problem) => [problem.place?.line, problem.message])).toEqual([
      [4, "The function of this row is cut off by the table's width."],
      [6, "The first cell of this row is no function name."],
      [8, "The location of a is no region."],
      [10, "The version of b is none of v1, v2 and run."],
      [12, "The trigger of c is missing."],
      [16, "d in europe-west1 is listed in line 14 already."],
    ]);
    expect(problems[2]?.excerpt).toBe("8 | │ a │ v2 │ callable │ paris │ 256 │ nodejs22 │\n  | ^");
  });

  test("a row that lost a cell is told", () => {
    const problems = problemsOf(tableText([row(), row({ name: "b" })]).replace("│ v2", "  v2"));
    expect(problems[0]?.message).toBe("This row has 5 of 6 cells.");
  });

  test("two tables in one file are refused, since no row says its project", () => {
    expect(problemsOf(plain + plain)[0]?.message).toContain("two tables");
  });

  test("a project without functions is an empty listing, of the project that it names", () => {
    const { facts, gaps } = read(
      "✔ Preparing the list of your Firebase functions\nNo functions found in project acme-staging.\n",
      null,
    );
    expect(facts.functions).toEqual([]);
    expect(facts.origin.kind).toBe("firebase-table");
    expect(gaps).toEqual([]);
  });
});

const endpoint = {
  platform: "gcfv2",
  id: "registerChatter",
  project: "acme",
  region: "europe-west1",
  callableTrigger: {},
  entryPoint: "registerChatter",
  runtime: "nodejs22",
  source: { storageSource: { bucket: "gcf-v2-sources-1-europe-west1", object: "MARKED-SECRET-object" } },
  ingressSettings: "ALLOW_ALL",
  environmentVariables: { STRIPE_KEY: "MARKED-SECRET-env" },
  secretEnvironmentVariables: [
    { key: "MARKED-SECRET-key", projectId: "1", secret: "MARKED-SECRET-name", version: "2" },
  ],
  timeoutSeconds: 60,
  uri: "https://registerchatter-k3v7q2m9xa-ew.a.run.app",
  serviceAccount: null,
  availableMemoryMb: 256,
  cpu: 0.1666,
  maxInstances: 10,
  concurrency: 1,
  labels: { "deployment-tool": "cli-firebase", "deployment-callable": "true" },
  runServiceId: "registerchatter",
  codebase: "default",
  state: "ACTIVE",
};
const success = (result: unknown) => JSON.stringify({ status: "success", result });

describe("the JSON of firebase", () => {
  test("an entry has what it shows, without secrets", () => {
    const { facts, gaps } = read(success([endpoint]));
    expect(facts.functions).toEqual([
      {
        ...bareCopy,
        name: "registerChatter",
        project: "acme",
        region: "europe-west1",
        generation: 2,
        trigger: "callable",
        state: "ACTIVE",
        runtime: "nodejs22",
        memoryMiB: 256,
        cpu: 0.1666,
        maxInstances: 10,
        concurrency: 1,
        timeoutSeconds: 60,
        urls: [
          "https://europe-west1-acme.cloudfunctions.net/registerChatter",
          "https://registerchatter-k3v7q2m9xa-ew.a.run.app",
        ],
        codebase: "default",
        deployer: "firebase",
      },
    ]);
    expect(gaps).toEqual([]);
    expect(facts.origin.kind).toBe("firebase-json");
    expect(facts.lacks).toEqual([
      "invokers",
      "unreachable-regions",
      "services",
      "jobs",
      "queues",
      "triggers",
      "locations",
      "runtimes",
      "usage",
      "databases",
      "buckets",
    ]);
    expect(JSON.stringify(read(success([endpoint])))).not.toContain("MARKED-SECRET");
    const marked = { ...endpoint, uri: "https://u:MARKED-SECRET@pay-abc-ew.a.run.app/?t=MARKED-SECRET#MARKED-SECRET" };
    const bare = read(success([marked])).facts;
    expect(bare.functions[0]?.urls.at(-1)).toBe("https://pay-abc-ew.a.run.app/");
    expect(JSON.stringify(bare)).not.toContain("MARKED-SECRET");
  });

  test.each([
    [{ scheduleTrigger: {} }, "scheduled"],
    [{ taskQueueTrigger: {} }, "task"],
    [{ httpsTrigger: {} }, "https"],
    [{ dataConnectGraphqlTrigger: {} }, "other"],
    [{ blockingTrigger: { eventType: "providers/cloud.auth/eventTypes/user.beforeSignIn" } }, "blocking"],
    [
      { eventTrigger: { eventType: "google.cloud.pubsub.topic.v1.messagePublished", eventFilters: { topic: "t" } } },
      "event",
    ],
  ])("%j is %s", (trigger, kind) => {
    const { callableTrigger: _, ...bare } = endpoint;
    expect(read(success([{ ...bare, ...trigger }])).facts.functions[0]?.trigger).toBe(kind);
  });

  test("event filters come as an object, as older releases' list, and as the resource of generation 1", () => {
    const { callableTrigger: _, ...bare } = endpoint;
    const eventType = "google.cloud.firestore.document.v1.written";
    const { functions } = read(
      success([
        {
          ...bare,
          eventTrigger: {
            eventType,
            eventFilters: { database: "second" },
            eventFilterPathPatterns: { document: "a/{b}" },
            region: "eur3",
          },
        },
        {
          ...bare,
          id: "b",
          eventTrigger: {
            eventType: "google.cloud.storage.object.v1.finalized",
            eventFilters: [{ attribute: "bucket", value: "acme.appspot.com" }],
          },
        },
        {
          ...bare,
          id: "c",
          platform: "gcfv1",
          uri: undefined,
          eventTrigger: {
            eventType: "providers/cloud.firestore/eventTypes/document.write",
            eventFilters: { resource: "projects/acme/databases/(default)/documents/a/{b}" },
          },
        },
      ]),
    ).facts;
    expect(functions.map((fact) => fact.eventTrigger)).toEqual([
      { eventType, triggerRegion: "eur3", resource: "a/{b}", database: "second", bucket: null },
      {
        eventType: "google.cloud.storage.object.v1.finalized",
        triggerRegion: null,
        resource: "acme.appspot.com",
        database: null,
        bucket: "acme.appspot.com",
      },
      {
        eventType: "providers/cloud.firestore/eventTypes/document.write",
        triggerRegion: null,
        resource: "projects/acme/databases/(default)/documents/a/{b}",
        database: "(default)",
        bucket: null,
      },
    ]);
    expect(functions[2]).toMatchObject({ generation: 1, urls: [] });
  });

  test("what another tool deployed is of no codebase, though firebase writes default", () => {
    const labels = { "deployment-tool": "cli-gcloud" };
    expect(read(success([{ ...endpoint, labels }])).facts.functions[0]).toMatchObject({
      codebase: null,
      deployer: "gcloud",
    });
  });

  test("warnings before the JSON are passed over", () => {
    const text = `(node:12) [DEP0040] DeprecationWarning: punycode\n[info] using project acme\n${success([endpoint])}\n`;
    expect(read(text).facts.functions).toHaveLength(1);
  });

  test("the bare list of entries is the same", () => {
    expect(read(JSON.stringify([endpoint])).facts).toEqual(read(success([endpoint])).facts);
  });

  test("a failed listing says why it failed", () => {
    const [problem] = problemsOf(JSON.stringify({ status: "error", error: "Failed to list functions for acme" }));
    expect(problem?.message).toBe("firebase could not list the functions: Failed to list functions for acme");
  });

  test("entries that cannot be understood are told one by one, their content never", () => {
    const problems = problemsOf(
      success([
        endpoint,
        { ...endpoint, region: "MARKED-SECRET" },
        { ...endpoint, id: "MARKED SECRET" },
        7,
        { ...endpoint, platform: "x", id: "p" },
      ]),
    );
    expect(problems.map((problem) => problem.message)).toEqual([
      "Entry 2 of the listing cannot be understood: the region of registerChatter is no region.",
      "Entry 3 of the listing cannot be understood: its id is no function name.",
      "Entry 4 of the listing cannot be understood: it is no object.",
      "Entry 5 of the listing cannot be understood: the platform of p is none of gcfv1, gcfv2 and run.",
    ]);
  });
});

describe("the JSON of gcloud", () => {
  const v1 = {
    name: "projects/acme/locations/us-central1/functions/oldHook",
    status: "ACTIVE",
    entryPoint: "oldHook",
    httpsTrigger: { url: "https://us-central1-acme.cloudfunctions.net/oldHook", securityLevel: "SECURE_ALWAYS" },
    runtime: "nodejs10",
    timeout: "540s",
    availableMemoryMb: 512,
    maxInstances: 3000,
    environmentVariables: { KEY: "MARKED-SECRET-v1" },
    serviceAccountEmail: "acme@appspot.gserviceaccount.com",
    updateTime: "2021-02-03T04:05:06.789Z",
    labels: { "deployment-callabled": "true" },
  };

  test("records of both APIs are read, without secrets", () => {
    const { facts } = read(JSON.stringify([gen2("createPaymentIntent", "europe-west3"), v1]));
    expect(facts.origin.kind).toBe("gcloud-json");
    expect(facts.functions.map((fact) => [fact.name, fact.generation, fact.trigger, fact.runtime])).toEqual([
      ["createPaymentIntent", 2, "callable", "nodejs22"],
      ["oldHook", 1, "callable", "nodejs10"],
    ]);
    expect(facts.functions[1]).toMatchObject({
      state: "ACTIVE",
      memoryMiB: 512,
      timeoutSeconds: 540,
      maxInstances: 3000,
      cpu: null,
      urls: ["https://us-central1-acme.cloudfunctions.net/oldHook"],
      serviceAccount: "acme@appspot.gserviceaccount.com",
    });
    expect(JSON.stringify(facts)).not.toContain("MARKED-SECRET");
  });

  test.each([
    ["DEPLOY_IN_PROGRESS", "DEPLOYING"],
    ["DELETE_IN_PROGRESS", "DELETING"],
    ["OFFLINE", "OFFLINE"],
    ["SOMETHING_NEW", "UNKNOWN"],
  ])("status %s of generation 1 is %s", (status, state) => {
    expect(read(JSON.stringify([{ ...v1, status }])).facts.functions[0]?.state).toBe(state);
  });

  test("an empty listing is an empty fleet", () => {
    expect(read("[]\n").facts.functions).toEqual([]);
  });

  test("an answer of the API keeps its unreachable regions as gaps", () => {
    const { facts, gaps } = read(
      JSON.stringify({ functions: [gen2("a", "europe-west1")], unreachable: ["projects/acme/locations/europe-west4"] }),
    );
    expect(facts.functions).toHaveLength(1);
    expect(gaps).toEqual([
      {
        source: "deployed",
        facet: "functions",
        scope: "europe-west4",
        region: "europe-west4",
        reason: "Google could not reach europe-west4 when list.txt was written",
      },
    ]);
  });

  test("one page of several, an error, or records of something else are refused", () => {
    const page = { functions: [gen2("a", "europe-west1")], nextPageToken: "p2" };
    expect(problemsOf(JSON.stringify(page))[0]?.message).toContain("one page of several");
    const error = { error: { code: 403, message: "Permission denied", status: "PERMISSION_DENIED" } };
    expect(problemsOf(JSON.stringify(error))[0]?.message).toBe(
      "The file holds an error of Google instead of a listing: Permission denied",
    );
    expect(problemsOf('[{"name":"projects/acme/topics/t"}]')[0]?.message).toContain("Entry 1 of the listing");
    expect(problemsOf('{"hello":1}')[0]?.message).toBe("This JSON is no listing of functions.");
  });

  test("a function listed twice is told", () => {
    const twice = [gen2("a", "europe-west1"), gen2("a", "europe-west1")];
    expect(problemsOf(JSON.stringify(twice))[0]?.message).toBe("a in europe-west1 is listed twice.");
  });
});

describe("any file", () => {
  test.each([
    ["", "The listing is empty."],
    ["  \n\n", "The listing is empty."],
    ["hello there\n", "This file is no listing of functions that is known here."],
    ['{"status":"success","result":[{"id":"a"', "The listing was cut short: its JSON has no end."],
    ['{"status":"success",]}', "The listing is broken: it is no valid JSON."],
    ['[{"name":"x"\n[]', "The listing is broken: it is no valid JSON."],
  ])("%j is refused", (text, message) => {
    expect(problemsOf(text).map((problem) => problem.message)).toEqual([message]);
  });

  test("a snapshot is told from listings by its content", () => {
    expect(isSnapshotText('\uFEFF{ "version": 1, "sources": {}, "deployed": null }')).toBe(true);
    expect(problemsOf('{"version":1,"sources":{},"deployed":null}')[0]?.mend).toBe("Give it with --snapshot.");
    expect(isSnapshotText('{"version":1,"sources":')).toBe(true);
    for (const text of [success([endpoint]), "[]", tableText([row()]), '{"functions":[{"version":1}]}', ""]) {
      expect(isSnapshotText(text)).toBe(false);
    }
  });

  test("no text makes the reader throw anything but InputError", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.json(), fc.string()), (text) => readsOrRefuses(text)),
      { numRuns: 1500 },
    );
  });

  const valid = [
    tableText(fleetRows().slice(0, 6)),
    tableText(fleetRows().slice(0, 4), asciiStyle),
    JSON.stringify({ status: "success", result: [endpoint, { ...endpoint, id: "b" }] }, null, 2),
    JSON.stringify([gen2("a", "europe-west1"), gen2("b", "us-central1")], null, 2),
  ];

  test("no damage to a valid file makes it throw anything but InputError, or invent a function", () => {
    const splice = fc.record({
      file: fc.constantFrom(...valid),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      drop: fc.nat(60),
      insert: fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom("│", "null", "{}", '"', "…", "\u001b[3", "\uFEFF")),
    });
    fc.assert(
      fc.property(splice, ({ file, at, drop, insert }) => {
        const start = Math.floor(at * file.length);
        readsOrRefuses(file.slice(0, start) + insert + file.slice(start + drop));
      }),
      { numRuns: 1500 },
    );
  });

  test("no value of another type in a record makes it throw anything but InputError", () => {
    const twist = fc.record({
      record: fc.constantFrom<Record<string, unknown>>(endpoint, gen2("a", "europe-west1")),
      key: fc.nat(40),
      value: fc.jsonValue({ maxDepth: 2 }),
    });
    fc.assert(
      fc.property(twist, ({ record, key, value }) => {
        const keys = Object.keys(record);
        const changed = { ...record, [keys[key % keys.length] ?? "id"]: value };
        readsOrRefuses(JSON.stringify([changed]));
      }),
      { numRuns: 1000 },
    );
  });
});

function readsOrRefuses(text: string): void {
  try {
    const { facts } = read(text);
    for (const fact of facts.functions) {
      expect(fact.name).toMatch(/^[a-zA-Z][\w-]{0,62}$/);
      expect(fact.region).toMatch(/^[a-z]+(-[a-z]+)+\d+$/);
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    expect(error.problems.length).toBeGreaterThan(0);
  }
}
