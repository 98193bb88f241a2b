import { afterAll, expect, it } from "vitest";
import { projectCopy, run } from "./run.ts";

const project = projectCopy("faulty");
afterAll(() => project.remove());

it("agrees with the listing its manifest was made from, and misses no source that the manifest does not name", async () => {
  const made = await run(["init", "--deployed", "listing.txt", "-o", "made.yaml"], { cwd: project.folder });
  expect(made.code).toBe(0);
  const synced = await run(["sync", "-m", "made.yaml", "--deployed", "listing.txt"], { cwd: project.folder });
  expect([synced.code, synced.stdout, synced.stderr]).toEqual([0, "regions.yaml agrees with what was seen.\n", ""]);
  const asked = await run(["sync", "-m", "made.yaml", "--deployed", "listing.txt", "--sources", "declared,deployed"], {
    cwd: project.folder,
  });
  expect(asked.code).toBe(3);
});
