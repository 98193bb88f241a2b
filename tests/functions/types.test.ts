import { join } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
import { manifest, root } from "../story/fleet.ts";
import { admin, type call, refusalOf } from "./invoke.ts";
import { db } from "./surroundings.ts";

/** The front end, whose generated client takes its types from the codebase. */
function openProgram(): { checker: ts.TypeChecker; exportsOf: (file: string) => Map<string, ts.Type> } {
  const config = join(root, "examples/web/tsconfig.json");
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(config, ts.sys.readFile).config,
    ts.sys,
    join(root, "examples/web"),
  );
  const program = ts.createProgram([join(root, "examples/web/src/regions.ts")], { ...options, noEmit: true });
  const checker = program.getTypeChecker();
  return {
    checker,
    exportsOf: (file) => {
      const source = program.getSourceFile(join(root, file));
      const module = source && checker.getSymbolAtLocation(source);
      const symbols = module === undefined ? [] : checker.getExportsOfModule(module);
      return new Map(symbols.map((symbol) => [symbol.name, checker.getTypeOfSymbol(symbol)]));
    },
  };
}

it("gives every callable that takes something, and so the generated client, the types of its schema", async () => {
  const { checker, exportsOf } = openProgram();
  const told = (type: ts.Type): string =>
    checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.InTypeAlias);
  const client = exportsOf("examples/web/src/regions.ts");
  const shapes = [...client].flatMap(([name, type]) => {
    const [signature] = type.getCallSignatures();
    const [data] = signature?.getParameters() ?? [];
    if (name === "connectToEmulator" || signature === undefined || data === undefined) return [];
    return [[name, told(checker.getTypeOfSymbol(data)), told(signature.getReturnType())] as const];
  });
  const open = shapes.filter(([, ...types]) => types.some((type) => /\b(?:any|unknown|never)\b/.test(type)));
  expect(open).toEqual([]);
  const reject = shapes.find(([name]) => name === "rejectProfile");
  expect(reject?.[1]).toBe("{ reason: string; id: string; requestId?: string | null | undefined; }");
  expect(shapes.find(([name]) => name === "createPaymentIntent")).toEqual([
    "createPaymentIntent",
    '{ bookingId: string; providerId: string; amountCents: number; currency: "eur" | "usd" | "gbp" | "chf"; }',
    "Promise<{ paymentIntentId: string; clientSecret: string | null; }>",
  ]);
  const codebase = exportsOf("src/functions/src/index.ts");
  const untyped = [...manifest.functions.values()].flatMap(({ name }) => {
    const run = codebase.get(name)?.getProperty("run");
    const [request] = run === undefined ? [] : (checker.getTypeOfSymbol(run).getCallSignatures()[0]?.parameters ?? []);
    const data = request && checker.getTypeOfSymbol(request).getProperty("data");
    if (data === undefined || !codebase.get(name)?.getProperty("stream")) return [];
    const { flags } = checker.getTypeOfSymbol(data);
    return flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown) ? [name] : [];
  });
  // What has no type takes nothing: nonsense is no news to it. (startBackup would ask Google itself.)
  const fleet = (await import("../../src/functions/src/index.ts")) as unknown as Record<
    string,
    Parameters<typeof call>[0]
  >;
  for (const role of ["chatter", "influencer", "blogger", "group_admin"]) {
    await db.doc(`${role}_profiles/boss`).set({ status: "active" });
  }
  const nonsense = { id: "a/b", limit: "many", page: 7, after: "", status: {}, returnTo: 1, ids: "all", requestId: 7 };
  const heard: string[] = [];
  for (const name of untyped.filter((one) => one !== "startBackup")) {
    const target = fleet[name];
    if (target === undefined) throw new Error(`no function ${name}`);
    if ((await refusalOf(target, admin, nonsense)).startsWith("invalid-argument")) heard.push(name);
  }
  expect(heard).toEqual([]);
  expect(untyped.length).toBeLessThan(80);
}, 120_000);
