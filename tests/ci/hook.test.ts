import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { git as gitIn, jobPath, regionsCommand, root, type Shop, shopIn, withOldFault } from "./shop.ts";

/* The hooks for pre-commit: their keys as pre-commit documents them, and their entries as hooks of a real git. */

const hooks = z
  .array(
    z.strictObject({
      id: z.string().regex(/^[a-z-]+$/),
      name: z.string(),
      description: z.string(),
      entry: z.string(),
      language: z.literal("node"),
      pass_filenames: z.literal(false),
      require_serial: z.literal(true),
      stages: z.array(z.enum(["pre-commit", "pre-push", "manual"])),
      minimum_pre_commit_version: z.string(),
    }),
  )
  .parse(parse(readFileSync(join(root, ".pre-commit-hooks.yaml"), "utf8")));

let shop: Shop;
beforeEach(() => {
  shop = shopIn();
  shop.command("regions", regionsCommand);
  writeFileSync(join(shop.workspace, ".gitignore"), "node_modules\n");
  git("init", "-q", "-b", "main");
});
afterEach(() => shop.remove());

const git = (...args: string[]) => gitIn(shop.workspace, jobPath(shop), ...args);

/** Has git run a hook's entry before each commit. */
function installHook(id: string) {
  const entry = hooks.find((hook) => hook.id === id)?.entry;
  const file = join(shop.workspace, ".git/hooks/pre-commit");
  writeFileSync(file, `#!/bin/sh\nexec ${entry ?? "false"}\n`);
  chmodSync(file, 0o755);
}

const commits = () => git("log", "--format=%s").said.trim().split("\n");
const commit = (message: string) => {
  git("add", "-A");
  return git("commit", "-q", "-m", message);
};

describe("regions-audit", () => {
  it("lets a right commit pass, also the first one, and stops a wrong one with its finding", () => {
    installHook("regions-audit");
    expect(commit("Open the shop")).toMatchObject({ status: 0 });
    shop.fault();
    const stopped = commit("Call from elsewhere");
    expect(stopped.status).toBe(1);
    expect(stopped.said).toContain("web/src/Checkout.tsx:");
    expect(stopped.said).toContain("[mismatched-caller]");
    expect(commits()).toEqual(["Open the shop"]);
    shop.mend();
    writeFileSync(join(shop.workspace, "README.md"), "The shop.\n");
    expect(commit("Tell of it")).toMatchObject({ status: 0 });
    expect(commits()).toEqual(["Tell of it", "Open the shop"]);
  });

  it("stops a commit whose manifest is wrong, and says where", () => {
    installHook("regions-audit");
    const file = join(shop.workspace, "regions.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace("version: 1", "version: 9"));
    const stopped = commit("Break the manifest");
    expect(stopped.status).toBe(1);
    expect(stopped.said).toMatch(/^regions\.yaml:1:\d+: /m);
  });
});

describe("regions-change", () => {
  it("lets what was wrong before pass, and stops what the commit itself brings", () => {
    rmSync(join(shop.workspace, ".git"), { recursive: true });
    withOldFault(shop);
    installHook("regions-change");
    writeFileSync(join(shop.workspace, "README.md"), "The shop.\n");
    expect(commit("Tell of it")).toMatchObject({ status: 0 });
    shop.fault();
    const stopped = commit("Call from elsewhere");
    expect(stopped.status).toBe(1);
    expect(stopped.said).toContain("web/src/Checkout.tsx:");
    expect(stopped.said).not.toContain("Old.tsx:");
    expect(commits()).toEqual(["Tell of it", "Open the shop"]);
  });
});
