import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { rowsOf } from "./rows.ts";

vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  return {
    ...fs,
    readFileSync: (...given: Parameters<typeof fs.readFileSync>) => {
      // As after an installation that lost them.
      if (String(given[0]).endsWith(".wasm.gz"))
        throw Object.assign(new Error("ENOENT: no such file"), { code: "ENOENT" });
      return fs.readFileSync(...given);
    },
  };
});

it("is a gap for each file that a grammar would have read, and for nothing else", async () => {
  const lost =
    "the grammar of its language could not be loaded: this installation of regions lacks it; install it anew";
  const { callers, declared, gaps } = await rowsOf(join(import.meta.dirname, "fixtures/three-languages"));
  expect(callers).toEqual([
    "web/orders.js:2:39 callable createOrder@europe-west1 certain literal from web/orders.js:2",
  ]);
  expect(declared).toEqual([]);
  expect(gaps).toEqual([`web/orders.dart ${lost}`, `functions/main.py ${lost}`]);
});
