import { defineConfig } from "vitest/config";

const report = process.env.REGIONS_TEST_REPORT;

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    globalSetup: ["tests/build-once.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
    // What the functions log matters where a test fails.
    silent: "passed-only",
    reporters: report === undefined ? ["default"] : ["default", ["json", { outputFile: report }]],
  },
});
