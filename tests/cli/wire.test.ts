import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { parseCallersFile } from "../../src/cli/callers-file.ts";
import type { GlobalOptions } from "../../src/cli/command.ts";
import type { Io } from "../../src/cli/io.ts";
import { createProgress } from "../../src/cli/progress.ts";
import { withinRoot } from "../../src/cli/wire/files.ts";
import { holderAccess } from "../../src/cli/wire/holder-access.ts";
import { writeWhole } from "../../src/cli/write-file.ts";
import type { CallerFacts } from "../../src/model/callers.ts";
import { InputError } from "../../src/model/problem.ts";
import { callersJson } from "../../src/report/json.ts";

describe("access to the providers", () => {
  const environment = {
    stripe: { key: "env:STRIPE_KEY" },
    twilio: { account: "env:TWILIO_SID", token: "env:TWILIO_TOKEN" },
    telegram: null,
  };

  it("takes secrets from the variables that the manifest names", () => {
    const env = { STRIPE_KEY: "sk_test_1\n", TWILIO_SID: "AC1", TWILIO_TOKEN: "t" };
    expect(holderAccess(environment, env)).toEqual({
      stripe: { key: "sk_test_1" },
      twilio: { account: "AC1", token: "t" },
      telegram: null,
      configured: new Set(["stripe", "twilio"]),
      gaps: [],
    });
  });

  it("turns missing and empty variables into one gap per provider, which names them and no value", () => {
    const access = holderAccess(environment, { STRIPE_KEY: "", TWILIO_SID: "AC1" });
    expect([access.stripe, access.twilio]).toEqual([null, null]);
    expect(access.gaps.map(({ facet, reason }) => [facet, reason])).toEqual([
      ["stripe", "the environment variable STRIPE_KEY is not set"],
      ["twilio", "the environment variable TWILIO_TOKEN is not set"],
    ]);
  });
});

describe("a list of callers as a file", () => {
  const facts: CallerFacts = {
    callers: [
      {
        file: "src/Chatter.tsx",
        line: 12,
        column: 9,
        endLine: 14,
        how: "callable",
        targets: [{ function: "registerChatter", region: "europe-west1", when: null }],
        certain: true,
        regionSource: "env:VITE_REGION",
        regionPlace: { file: ".env", line: 3 },
        project: null,
        via: [{ file: "src/firebase.ts", line: 4, column: 2 }],
        symbol: "Chatter",
        snippet: "httpsCallable(f, name)",
        owner: "web",
      },
    ],
    unresolved: [
      {
        file: "src/api.ts",
        line: 3,
        endLine: 3,
        reason: "a parameter",
        symbol: null,
        snippet: "call(x)",
        owner: "web",
      },
    ],
    env: [{ place: { file: ".env", line: 3 }, name: "VITE_REGION", value: "europe-west1", owner: "web" }],
    files: 40,
  };
  const gaps = [
    { source: "callers", facet: "files", scope: "src/secret", region: null, reason: "permission denied" },
  ] as const;

  it("comes back as it was written, with its gaps", () => {
    expect(parseCallersFile(callersJson(facts, gaps), "web-callers.json")).toEqual({ facts, gaps });
  });

  it("of the contract's bare minimum is taken", () => {
    const row = { ...JSON.parse(callersJson(facts, [])).callers[0] };
    for (const key of ["symbol", "snippet", "owner", "regionPlace"]) delete row[key];
    const text = JSON.stringify({ version: 1, callers: [row], unresolved: [], gaps: [] });
    const read = parseCallersFile(text, "web-callers.json").facts.callers[0];
    expect([read?.symbol, read?.snippet, read?.owner, read?.regionPlace]).toEqual([null, "", null, null]);
  });

  it("that is wrong is refused with the place of each fault", () => {
    const text = callersJson(facts, []).replace('"line": 12', '"line": 0').replace('"callable"', '"carrier pigeon"');
    try {
      parseCallersFile(text, "web-callers.json");
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      const places = (error as InputError).problems.map(({ place }) => place?.line);
      expect(places).toEqual([6, 9]);
    }
  });
});

describe("places of a report stay within the root", () => {
  it.each([
    ["src/a.ts", "/shop/src/a.ts"],
    ["../secrets.txt", null],
    ["/etc/passwd", null],
    ["src/../../shop-2/a.ts", null],
  ])("%s", (file, path) => {
    expect(withinRoot("/shop", file)).toBe(path);
  });
});

describe("files are written whole", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "regions-write-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("a symbolic link stays one, and its target is replaced", () => {
    writeFileSync(join(folder, "real.yaml"), "old");
    symlinkSync("real.yaml", join(folder, "link.yaml"));
    writeWhole(join(folder, "link.yaml"), "new", "link.yaml");
    expect(readFileSync(join(folder, "real.yaml"), "utf8")).toBe("new");
    expect(readdirSync(folder).sort()).toEqual(["link.yaml", "real.yaml"]);
  });

  it("a folder in the way is refused and left alone", () => {
    mkdirSync(join(folder, "out"));
    expect(() => writeWhole(join(folder, "out"), "x", "out")).toThrow("out cannot be written: it is no file.");
    expect(readdirSync(folder)).toEqual(["out"]);
  });
});

describe("progress", () => {
  const global = { quiet: false } as GlobalOptions;
  let written: string[];
  const ioWith = (isTerminal: boolean, env: Record<string, string> = {}): Io => ({
    stdout: { write: async () => {}, isTerminal, columns: 80 },
    stderr: {
      write: async (text) => {
        written.push(text);
      },
      isTerminal,
      columns: 80,
    },
    env,
    cwd: "/shop",
    signal: new AbortController().signal,
    now: () => new Date("2026-11-22T12:00:00Z"),
  });
  const waiting = (io: Io, milliseconds: number) =>
    createProgress(io, global).during("deployed", () => new Promise((resolve) => setTimeout(resolve, milliseconds)));

  beforeEach(() => {
    written = [];
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("shows a line after half a second and wipes it", async () => {
    const done = waiting(ioWith(true), 900);
    await vi.advanceTimersByTimeAsync(499);
    expect(written).toEqual([]);
    await vi.advanceTimersByTimeAsync(401);
    await done;
    expect(written).toEqual(["\r\u001b[Kreading deployed ...", "\r\u001b[K"]);
  });

  it.each([
    ["something short", true, {}, 300],
    ["no terminal", false, {}, 900],
    ["CI", true, { CI: "true" }, 900],
  ])("says nothing for %s", async (_, isTerminal, env, milliseconds) => {
    const done = waiting(ioWith(isTerminal, env), milliseconds);
    await vi.advanceTimersByTimeAsync(1000);
    await done;
    expect(written).toEqual([]);
  });
});
