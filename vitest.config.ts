import { configDefaults, defineConfig } from "vitest/config";
import { comparison, officialJar } from "./tests/sandbox/official-firestore.ts";

const report = process.env.REGIONS_TEST_REPORT;

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    exclude: [...configDefaults.exclude, ...(officialJar() === null ? [comparison] : [])],
    globalSetup: ["tests/build-once.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
    // What the functions log matters where a test fails.
    silent: "passed-only",
    reporters: report === undefined ? ["default"] : ["default", ["json", { outputFile: report }]],
  },
});
