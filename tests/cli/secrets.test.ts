import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { run } from "./run.ts";

/* Keys stand in source, env files, listings and files given by mistake. None of them may come out again. */

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "regions-secrets-"));
  mkdirSync(join(folder, "web"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const mark = "MARKEDsecret";
const write = (file: string, text: string) => writeFileSync(join(folder, file), text);

async function unmarked(args: readonly string[]): Promise<string> {
  const ran = await run(args, { cwd: folder });
  expect(`${args.join(" ")}\n${ran.stdout}${ran.stderr}`).not.toContain(mark);
  return ran.stdout;
}

it("source, its env files and its excerpts", async () => {
  write("web/package.json", '{ "dependencies": { "firebase": "12" } }');
  write(
    "web/.env",
    `VITE_KEY=sk_live_${mark}\nVITE_HOOK=https://u:${mark}@europe-west1-acme.cloudfunctions.net/hook?k=${mark}\n`,
  );
  write(
    "web/a.ts",
    `import { getFunctions, httpsCallable } from "firebase/functions";
const key = "sk_live_${mark}"; httpsCallable(getFunctions(undefined, "sk_live_${mark}"), "pay");
httpsCallable(getFunctions(undefined, key), key === "whsec_${mark}" ? "one" : "two");
fetch("https://user:${mark}@europe-west1-acme.cloudfunctions.net/hook?token=${mark}#access_token=${mark}");
fetch("https://europe-west1-acme.cloudfunctions.net/send", { headers: { authorization: "Bearer ${mark}0123456" } });
`,
  );
  const look = ["--root", ".", "--sources", "callers"];
  expect(await unmarked(["audit", ...look, "--verbose"])).toContain("web/a.ts:2");
  await unmarked(["audit", ...look, "--format", "json"]);
  await unmarked(["list", "callers", "--root", "."]);
  expect(JSON.parse(await unmarked(["list", "callers", "--root", ".", "--format", "json"])).callers).toHaveLength(3);
  await unmarked(["snapshot", ...look, "-o", "look.json"]);
  expect(readFileSync(join(folder, "look.json"), "utf8")).not.toContain(mark);
});

it("a file with keys that is given as manifest, listing or snapshot by mistake", async () => {
  const account = {
    type: "service_account",
    private_key_id: mark,
    private_key: `-----BEGIN PRIVATE KEY-----\n${mark}${mark}\n-----END PRIVATE KEY-----\n`,
    client_secret: mark,
    token: mark,
  };
  write("account.json", JSON.stringify(account));
  write("pretty.json", JSON.stringify(account, null, 2));
  write("broken.json", JSON.stringify(account, null, 2).replace("}", ""));
  write("keys.env", `STRIPE_SECRET_KEY=sk_live_${mark}\nTOKEN: ${mark}\n`);
  for (const file of ["account.json", "pretty.json", "broken.json", "keys.env"]) {
    await unmarked(["audit", "-m", file, "--verbose"]);
    await unmarked(["audit", "--deployed", file, "--sources", "deployed", "--verbose"]);
    await unmarked(["audit", "--snapshot", file, "--verbose"]);
  }
});
