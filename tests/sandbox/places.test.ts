import { expect, it } from "vitest";
import { Places } from "../../src/sandbox/run/places.ts";

it("lets as many in as there are places, the others in turn, and each copy for itself", async () => {
  const places = new Places();
  const heard: string[] = [];
  const ends = new Map<string, () => void>();
  const enter = (copy: string, name: string): Promise<string> =>
    places.use(copy, 2, () => {
      heard.push(name);
      return new Promise((resolve) => ends.set(name, () => resolve(name)));
    });
  const all = ["a", "b", "c", "d"].map((name) => enter("pay", name));
  const other = enter("book", "e");
  await Promise.resolve();
  expect(heard).toEqual(["a", "b", "e"]);
  ends.get("b")?.();
  expect(await all[1]).toBe("b");
  expect(heard).toEqual(["a", "b", "e", "c"]);
  ends.get("a")?.();
  expect(await all[0]).toBe("a");
  expect(heard).toEqual(["a", "b", "e", "c", "d"]);
  for (const end of ends.values()) end();
  expect(await Promise.all([...all, other])).toEqual(["a", "b", "c", "d", "e"]);
});

it("gives a place back when the work fails", async () => {
  const places = new Places();
  await expect(places.use("pay", 1, () => Promise.reject(new Error("failed")))).rejects.toThrow("failed");
  expect(await places.use("pay", 1, async () => "next")).toBe("next");
});
