import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InputError, type Problem } from "../../src/model/problem.ts";
import type { Snapshot } from "../../src/model/snapshot.ts";
import { checkOf } from "../../src/sources/schema-check.ts";
import { formatSnapshot, parseSnapshot } from "../../src/sources/snapshot-file.ts";
import { snapshotSchema } from "../../src/sources/snapshot-schema.ts";
import { bareCopy } from "../deployed/bare-copy.ts";
import { arbitraryOf } from "./arbitrary.ts";

const snapshots = arbitraryOf(snapshotSchema) as fc.Arbitrary<Snapshot>;

function problemsOf(text: string): readonly Problem[] {
  try {
    parseSnapshot(text, "look.json");
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
  throw new Error("the snapshot was accepted");
}

const short = {
  version: 1,
  takenAt: "2026-11-22T09:00:00Z",
  deployed: { functions: [{ name: "stripeWebhook", project: "acme-prod", region: "europe-west1", trigger: "https" }] },
};

describe("a snapshot as text", () => {
  test("has one line per item and keys in one order, whatever order they came in", () => {
    const holder = {
      url: "https://europe-west1-acme-prod.cloudfunctions.net/stripeWebhook",
      target: null,
      region: null,
      active: true,
      label: "payments",
      kind: "stripe" as const,
      id: "we_1",
      field: "url",
    };
    const snapshot: Snapshot = {
      state: null,
      holders: { asked: ["stripe"], holders: [holder, { ...holder, id: "we_2" }] },
      deployed: null,
      callers: null,
      declared: { functions: [], unresolved: [], files: 3 },
      gaps: [{ reason: "refused", region: null, scope: "twilio", facet: "twilio", source: "holders" }],
      sources: {
        holders: "partial",
        deployed: "not asked",
        callers: "not asked",
        declared: "read",
        state: "not asked",
      },
      takenAt: "2026-11-22T09:00:00Z",
      project: "acme-prod",
      version: 1,
    };
    const url = "https://europe-west1-acme-prod.cloudfunctions.net/stripeWebhook";
    const rest = `"label":"payments","field":"url","url":"${url}","target":null,"active":true,"region":null}`;
    expect(formatSnapshot(snapshot)).toBe(`{
  "version": 1,
  "project": "acme-prod",
  "takenAt": "2026-11-22T09:00:00Z",
  "sources": {"declared":"read","callers":"not asked","deployed":"not asked","holders":"partial","state":"not asked"},
  "gaps": [
    {"source":"holders","facet":"twilio","scope":"twilio","region":null,"reason":"refused"}
  ],
  "declared": {
    "functions": [],
    "unresolved": [],
    "files": 3
  },
  "callers": null,
  "deployed": null,
  "holders": {
    "holders": [
      {"kind":"stripe","id":"we_1",${rest},
      {"kind":"stripe","id":"we_2",${rest}
    ],
    "asked": ["stripe"]
  },
  "state": null
}
`);
  });

  test("refuses to write what is not in the model", () => {
    const snapshot = { ...parseSnapshot(JSON.stringify(short), "f"), apiKey: "sk_live_1" };
    expect(() => formatSnapshot(snapshot)).toThrow(/apiKey/);
  });

  test("gives back the same value", () => {
    fc.assert(
      fc.property(snapshots, (snapshot) => {
        const text = formatSnapshot(snapshot);
        expect(parseSnapshot(text, "f")).toEqual(snapshot);
        expect(formatSnapshot(parseSnapshot(text, "f"))).toBe(text);
      }),
    );
  });
});

describe("a short snapshot written by hand", () => {
  test("gets null, empty lists and the sources that its parts show", () => {
    const snapshot = parseSnapshot(
      JSON.stringify({ ...short, gaps: [{ source: "holders", facet: "stripe", scope: "stripe", reason: "401" }] }),
      "f",
    );
    expect(snapshot.sources).toEqual({
      declared: "not asked",
      callers: "not asked",
      deployed: "read",
      holders: "failed",
      state: "not asked",
    });
    expect(snapshot.project).toBeNull();
    expect(snapshot.gaps).toEqual([
      { source: "holders", facet: "stripe", scope: "stripe", region: null, reason: "401" },
    ]);
    expect(snapshot.deployed).toEqual({
      origin: { kind: "snapshot", file: null, takenAt: null },
      lacks: [],
      functions: [
        {
          ...bareCopy,
          name: "stripeWebhook",
          project: "acme-prod",
          region: "europe-west1",
          trigger: "https",
        },
      ],
      services: [],
      jobs: [],
      queues: [],
      triggers: [],
      locations: [],
      runtimes: [],
      usage: [],
      databases: [],
      buckets: [],
    });
  });

  test("may start with a byte order mark", () => {
    expect(parseSnapshot(`\uFEFF${JSON.stringify(short)}`, "f").takenAt).toBe(short.takenAt);
  });
});

describe("a file that is no good snapshot", () => {
  test.each([
    ["", 1, 1, "The snapshot is empty."],
    ['{\n  "version": 1,\n  "gaps": [', 3, 12, "The snapshot is not whole JSON: it ends in the middle."],
    [
      '{"version": 1, "takenAt": "2026',
      1,
      32,
      "The snapshot is not whole JSON: it ends in the middle of a text in quotes.",
    ],
    ['{"version": 1,\n "gaps": tru', 2, 13, "The snapshot is not whole JSON: it ends in the middle of a value."],
    ['{"version": 1,\n}', 2, 1, "The snapshot is not whole JSON: a key in double quotes is expected here."],
    [
      '{"version": 1\n "gaps": []}',
      2,
      2,
      "The snapshot is not whole JSON: a comma or the closing bracket is expected here.",
    ],
    ['{"version" 1}', 1, 12, "The snapshot is not whole JSON: a colon is expected here."],
    ["{'version': 1}", 1, 2, "The snapshot is not whole JSON: a key in double quotes or } is expected here."],
    ["[1,]", 1, 4, "The snapshot is not whole JSON: a value is expected here."],
    ['{"version": 01}', 1, 13, "The snapshot is not whole JSON: a value is expected here."],
    ['{"version": 1} x', 1, 16, "The snapshot is not whole JSON: nothing more is expected after the end of the value."],
    [
      '["a\\q"]',
      1,
      4,
      "The snapshot is not whole JSON: the escape sequence after this backslash is not known to JSON.",
    ],
    [
      '["a\nb"]',
      1,
      4,
      "The snapshot is not whole JSON: a line break or control character stands inside a text in quotes.",
    ],
    ["version: 1", 1, 1, "The snapshot is not whole JSON: a value is expected here."],
    ["[]", 1, 1, "This is JSON, but no snapshot: a snapshot is an object with `version: 1`."],
    ['{"functions": []}', 1, 1, "This is JSON, but no snapshot: a snapshot is an object with `version: 1`."],
    ['{\n  "version": 2}', 2, 14, "The snapshot has version 2; this program reads version 1."],
  ])("%j", (text, line, column, message) => {
    expect(problemsOf(text)).toMatchObject([{ message, place: { file: "look.json", line, column } }]);
  });

  test("a wrong shape is told with every path and its place", () => {
    const text = `{
  "version": 1,
  "takenAt": 5,
  "surplus": true,
  "deployed": {
    "functions": [
      {"name":"a","project":"p","region":"europe-west1","trigger":"https","state":"BROKEN"},
      {"name":"b","project":"p","trigger":"https","cpu":"1","secret":"sk_live_2"}
    ]
  },
  "callers": {"files": -1}
}`;
    const found = problemsOf(text).map(({ place, message }) => `${place?.line}:${place?.column} ${message}`);
    expect(found).toEqual([
      "3:14 takenAt: it must be text; it is 5.",
      "11:24 callers.files: it must be at least 0; it is -1.",
      '7:83 deployed.functions[0].state: it must be "ACTIVE" or "FAILED" or "DEPLOYING" or "DELETING" or "OFFLINE" or ' +
        '"DETACHING" or "DETACH_FAILED" or "UNKNOWN"; it is another text.',
      "8:7 deployed.functions[1].region: is missing; it must be text.",
      "8:57 deployed.functions[1].cpu: it must be a number; it is another text.",
      "8:70 deployed.functions[1].secret: a snapshot has no such field.",
      "4:14 surplus: a snapshot has no such field.",
    ]);
  });

  test("thousands of problems become twenty and a count", () => {
    const functions = Array.from({ length: 5000 }, () => ({ name: "a" }));
    const problems = problemsOf(JSON.stringify({ ...short, deployed: { functions } }));
    expect(problems).toHaveLength(21);
    expect(problems.at(-1)?.message).toBe("And 14980 more of the same file.");
  });

  test("nesting of any depth is no crash", () => {
    expect(problemsOf("[".repeat(1_000_000))).toHaveLength(1);
    expect(problemsOf(`{"version":1,"takenAt":"x","gaps":${"[".repeat(100_000)}${"]".repeat(100_000)}}`)).toMatchObject(
      [{ message: "gaps[0]: it must be an object; it is a list." }],
    );
  });

  test("nothing throws anything but InputError, and every place lies in the text", () => {
    const cutOrChanged = fc
      .tuple(snapshots, fc.nat(), fc.string({ maxLength: 3 }), fc.nat({ max: 40 }))
      .map(([snapshot, where, put, drop]) => {
        const text = formatSnapshot(snapshot);
        const at = where % text.length;
        return text.slice(0, at) + put + text.slice(at + drop);
      });
    fc.assert(
      fc.property(fc.oneof(cutOrChanged, fc.json(), fc.string()), (text) => {
        try {
          parseSnapshot(text, "f");
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
          const lines = text.replace(/^\uFEFF/, "").split("\n");
          for (const { place } of (error as InputError).problems) {
            if (place === null) continue;
            const line = lines[place.line - 1];
            expect(line).toBeDefined();
            expect(place.column).toBeLessThanOrEqual((line?.length ?? 0) + 1);
          }
        }
      }),
    );
  });
});

test("the check in place accepts what the schema returns unchanged, and only that", () => {
  const check = checkOf(snapshotSchema);
  const key = fc.constantFrom("version", "sources", "gaps", "deployed", "surplus", "takenAt");
  fc.assert(
    fc.property(snapshots, key, fc.jsonValue(), (snapshot, name, value) => {
      expect(check(snapshot)).toBe(true);
      const changed = { ...snapshot, [name]: value };
      const parsed = snapshotSchema.safeParse(changed);
      if (check(changed)) expect(parsed).toEqual({ success: true, data: changed });
      else expect(parsed.success && JSON.stringify(parsed.data) === JSON.stringify(changed)).toBe(false);
    }),
  );
});
