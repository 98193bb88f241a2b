import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { archiveOf } from "./deployed-code.ts";

const program = fileURLToPath(new URL("../../dist/regions.js", import.meta.url));
const require = createRequire(import.meta.url);

const manifest = `version: 1
environments: { sandbox: { project: acme-test, endpoint: sandbox } }
regions: { europe-west2: {} }
classes: { all: { region: europe-west2 } }
codebases: { default: { source: . } }
functions: { hello: { trigger: https, class: all } }
`;

/** The whole path of what users get: bundle, child from the bundle, Firestore from the bundle. */
it("the published program runs deployed code, which finds the sandbox's Firestore", async () => {
  const folder = mkdtempSync(join(tmpdir(), "regions-bundled-"));
  writeFileSync(join(folder, "regions.yaml"), manifest);
  const child = spawn(process.execPath, [program, "sandbox", "--empty"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = new Promise((done) => child.once("exit", done));
  try {
    const base = await new Promise<string>((resolve, reject) => {
      let errors = "";
      child.stdout.once("data", (line: Buffer) => resolve(line.toString().trim()));
      child.stderr.on("data", (text: Buffer) => {
        errors += text.toString();
      });
      child.once("exit", (code) => reject(new Error(`the sandbox ended with ${code}: ${errors}`)));
    });
    const { token } = JSON.parse(readFileSync(join(folder, ".regions/sandbox/server.json"), "utf8")) as {
      token: string;
    };
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const send = async (method: string, path: string, body?: object) => {
      const content = body === undefined ? {} : { body: JSON.stringify(body) };
      const response = await fetch(`${base}/${path}`, { method, headers, ...content });
      return (await response.json()) as Record<string, unknown>;
    };
    const project = String((await send("GET", "_sandbox")).project);
    const functions = `cloudfunctions.googleapis.com/v2/projects/${project}/locations/europe-west2/functions`;
    const offer = await send("POST", `${functions}:generateUploadUrl`, {});
    const client = JSON.stringify(require.resolve("@google-cloud/firestore"));
    const code = `
      const { Firestore, FieldValue } = require(${client});
      const counter = new Firestore().doc("counters/calls");
      exports.hello = async (req, res) => {
        await counter.set({ n: FieldValue.increment(1) }, { merge: true });
        res.json({ ...(await counter.get()).data(), path: req.path });
      };`;
    const archive = new Uint8Array(archiveOf({ "index.js": code }));
    await fetch(String(offer.uploadUrl), { method: "PUT", body: archive });
    await send("POST", `${functions}?functionId=hello`, {
      buildConfig: { runtime: "nodejs22", entryPoint: "hello", source: { storageSource: offer.storageSource } },
      serviceConfig: {},
    });
    const address = `${project}/europe-west2/hello/x`;
    expect(await send("GET", address)).toEqual({ n: 1, path: "/x" });
    expect(await send("GET", address)).toEqual({ n: 2, path: "/x" });
    const { children } = await send("GET", "_sandbox/children");
    const [{ pid } = { pid: 0 }] = children as { pid: number }[];
    child.kill("SIGINT");
    await exited;
    expect(() => process.kill(pid, 0)).toThrow();
  } finally {
    child.kill("SIGKILL");
    await exited;
    await rm(folder, { recursive: true, force: true });
  }
});
