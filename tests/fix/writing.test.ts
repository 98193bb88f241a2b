import { chmodSync, lstatSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeChanges } from "../../src/cli/edit-files.ts";
import { type Opened, open } from "./shop.ts";

const page = (region: string) =>
  `import { getFunctions, httpsCallable } from "firebase/functions";\nexport const pay = httpsCallable(getFunctions(undefined, "${region}"), "pay");\n`;
const listing = ["--deployed", "listing.json"];

async function withShop(
  files: Readonly<Record<string, string | Buffer>>,
  use: (shop: Opened) => Promise<void>,
): Promise<void> {
  const shop = open({ files });
  try {
    await use(shop);
  } finally {
    shop.remove();
  }
}

describe("consent", () => {
  it.each([
    ["y", 0, "europe-west3", "Written: 1 finding in 1 file."],
    ["Yes ", 0, "europe-west3", "Written: 1 finding in 1 file."],
    ["", 1, "europe-west1", "Nothing written."],
    ["no", 1, "europe-west1", "Nothing written."],
  ])("%j at the terminal ends with %i", async (answer, code, region, closing) => {
    await withShop({ "web/src/pay.ts": page("europe-west1") }, async (shop) => {
      const questions: string[] = [];
      const ran = await shop.run(["fix", ...listing], {
        ask: async (question) => {
          questions.push(question);
          return answer;
        },
      });
      expect([ran.code, questions]).toEqual([code, ["Write this file? [y/N] "]]);
      expect(ran.stdout).toContain(closing);
      expect(shop.read("web/src/pay.ts")).toBe(page(region));
    });
  });

  it("is not asked for where there is nothing to write", async () => {
    await withShop({ "web/src/pay.ts": page("europe-west3") }, async (shop) => {
      const ran = await shop.run(["fix", ...listing]);
      expect([ran.code, ran.stdout, ran.stderr]).toEqual([0, "Nothing to write. Exit code 0.\n", ""]);
    });
  });

  it("cannot be given and withheld at once", async () => {
    await withShop({}, async (shop) => {
      const ran = await shop.run(["fix", "--yes", "--dry-run"]);
      expect([ran.code, ran.stderr]).toEqual([2, "--dry-run writes nothing, and --yes does.\n  Give one of them.\n"]);
    });
  });
});

describe("the diff", () => {
  it("is what git applies, with the file's own line ends and a last line without one", async () => {
    const crlf = page("europe-west1").replaceAll("\n", "\r\n").trimEnd();
    await withShop({ "web/src/pay.ts": crlf }, async (shop) => {
      const ran = await shop.run(["fix", "--dry-run", "--format", "json", ...listing]);
      expect(JSON.parse(ran.stdout).files).toEqual([
        {
          file: "web/src/pay.ts",
          diff: [
            "--- a/web/src/pay.ts",
            "+++ b/web/src/pay.ts",
            "@@ -1,2 +1,2 @@",
            ' import { getFunctions, httpsCallable } from "firebase/functions";\r',
            '-export const pay = httpsCallable(getFunctions(undefined, "europe-west1"), "pay");',
            "\\ No newline at end of file",
            '+export const pay = httpsCallable(getFunctions(undefined, "europe-west3"), "pay");',
            "\\ No newline at end of file",
            "",
          ].join("\n"),
        },
      ]);
    });
  });
});

describe("files", () => {
  it("keep their permissions, and stay links to what they were links to", async () => {
    await withShop({ "web/real/pay.ts": page("europe-west1") }, async (shop) => {
      chmodSync(join(shop.root, "web/real/pay.ts"), 0o640);
      symlinkSync("real/pay.ts", join(shop.root, "web/link.ts"));
      const ran = await shop.run(["fix", "--yes", ...listing]);
      expect(ran.code).toBe(0);
      expect(shop.read("web/real/pay.ts")).toBe(page("europe-west3"));
      expect(lstatSync(join(shop.root, "web/link.ts")).isSymbolicLink()).toBe(true);
      expect(statSync(join(shop.root, "web/real/pay.ts")).mode & 0o777).toBe(0o640);
    });
  });

  it("of another encoding are left alone, with the reason", async () => {
    const latin = Buffer.from(`// Zürich\n${page("europe-west1")}`, "latin1");
    await withShop({ "web/src/pay.ts": latin }, async (shop) => {
      const ran = await shop.run(["fix", "--yes", "--format", "json", ...listing]);
      expect(JSON.parse(ran.stdout).refused).toMatchObject([
        { reason: "web/src/pay.ts is not UTF-8, so it cannot be edited in place" },
      ]);
      expect(readFileSync(join(shop.root, "web/src/pay.ts"))).toEqual(latin);
    });
  });

  it("that changed while the question was open are an action that failed", async () => {
    await withShop({ "web/src/pay.ts": page("europe-west1") }, async (shop) => {
      const ran = await shop.run(["fix", ...listing], {
        ask: async () => {
          writeFileSync(join(shop.root, "web/src/pay.ts"), "// mine\n");
          return "y";
        },
      });
      const told = "web/src/pay.ts has changed since it was read.\n  Nothing was changed; run `regions fix` again.\n";
      expect([ran.code, ran.stderr]).toEqual([4, told]);
      expect(shop.read("web/src/pay.ts")).toBe("// mine\n");
    });
  });

  it("that changed since they were read are not written, and neither is any other", () => {
    const root = mkdtempSync(join(tmpdir(), "regions-write-"));
    try {
      writeFileSync(join(root, "a.ts"), "one");
      writeFileSync(join(root, "b.ts"), "changed meanwhile");
      const change = (file: string) => ({ file, before: "one", after: "two" });
      expect(() => writeChanges(root, [change("a.ts"), change("b.ts")])).toThrow("b.ts has changed since it was read.");
      expect(readFileSync(join(root, "a.ts"), "utf8")).toBe("one");
      writeChanges(root, [change("a.ts")])();
      expect(readFileSync(join(root, "a.ts"), "utf8")).toBe("one");
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });

  it("behind a link that leads out of the folder are not written", () => {
    const outside = mkdtempSync(join(tmpdir(), "regions-outside-"));
    const root = mkdtempSync(join(tmpdir(), "regions-write-"));
    try {
      writeFileSync(join(outside, "a.ts"), "one");
      symlinkSync(join(outside, "a.ts"), join(root, "a.ts"));
      expect(() => writeChanges(root, [{ file: "a.ts", before: "one", after: "two" }])).toThrow(
        "a.ts is a link that leads out of the folder that is looked at.",
      );
      expect(readFileSync(join(outside, "a.ts"), "utf8")).toBe("one");
    } finally {
      for (const folder of [root, outside]) rmSync(folder, { recursive: true, force: true });
    }
  });

  it("are put back where the tree then says something else than the draft did", async () => {
    await withShop({ "web/src/pay.ts": page("europe-west1") }, async (shop) => {
      // Between the draft and the last look, somebody else adds a caller.
      const ran = await shop.run(["fix", ...listing], {
        ask: async () => {
          writeFileSync(join(shop.root, "web/src/more.ts"), page("us-central1"));
          return "y";
        },
      });
      expect([ran.code, ran.stdout.split("\n").at(-2)]).toEqual([
        4,
        "Put back: the audit said something else of the written files than of the draft. Exit code 4.",
      ]);
      expect(shop.read("web/src/pay.ts")).toBe(page("europe-west1"));
    });
  });
});
