import { expect, it } from "vitest";
import { run } from "../cli/run.ts";
import { openFirebaseRoom } from "./room.ts";

/* What `regions guard` foretells, beside what the real Firebase CLI then does where nobody stops it. */

it("foretells what `firebase deploy --force` creates, updates and deletes", async () => {
  const copy = (name: string, more: object = {}) => {
    return { name, region: "europe-west1", trigger: "https" as const, runtime: "nodejs22", ...more };
  };
  const room = await openFirebaseRoom({
    functions: [
      copy("ring"),
      copy("keep"),
      copy("gone"),
      copy("other", { codebase: "affiliate" }),
      copy("ours", { deployer: "regions" }),
    ],
  });
  try {
    room.write("firebase.json", JSON.stringify({ functions: [{ source: "functions", codebase: "default" }] }));
    room.write(
      "regions.yaml",
      `version: 1
environments: { production: { project: acme-test, endpoint: "${room.sandbox.base}" } }
regions: { europe-west1: {}, europe-west3: {} }
classes: { core: { region: europe-west3 } }
codebases: { default: { source: functions, deployer: firebase } }
functions: { ring: core }
`,
    );
    room.write(
      "functions/index.js",
      `const { onRequest } = require("firebase-functions/v2/https");
exports.ring = onRequest({ region: "europe-west3" }, (request, response) => response.send("two"));
exports.keep = onRequest((request, response) => response.send("two"));
exports.fresh = onRequest((request, response) => response.send("two"));
`,
    );
    const foretold = await run(["guard", "--only", "functions", "--force", "--format", "json"], {
      cwd: room.folder,
      env: room.own,
    });
    expect(JSON.parse(foretold.stdout).regions).toEqual([
      { region: "europe-west1", creates: [], updates: ["keep"], deletes: ["gone", "ring"] },
      { region: "europe-west3", creates: ["ring"], updates: [], deletes: [] },
      { region: null, creates: ["fresh"], updates: [], deletes: [] },
    ]);
    const { code, output } = await room.firebase("deploy", "--only", "functions", "--force", "--non-interactive");
    expect([code, output]).toEqual([0, expect.stringContaining("Deploy complete!")]);
    expect(await room.live()).toEqual([
      "europe-west1/keep",
      "europe-west1/other",
      "europe-west1/ours",
      "europe-west3/ring",
      "us-central1/fresh",
    ]);
    const changed = room.sandbox.log.entries().flatMap(({ method, host, path, status }) => {
      const isWrite = host === "cloudfunctions.googleapis.com" && ["POST", "PATCH", "DELETE"].includes(method);
      const [, region, name] = /locations\/([\w-]+)\/functions(?:\/|\?functionId=)([\w-]+)/.exec(path) ?? [];
      return isWrite && status === 200 && name !== undefined ? [`${method} ${region}/${name}`] : [];
    });
    expect(changed.sort()).toEqual([
      "DELETE europe-west1/gone",
      "DELETE europe-west1/ring",
      "PATCH europe-west1/keep",
      "POST europe-west3/ring",
      "POST us-central1/fresh",
    ]);
  } finally {
    await room.close();
  }
}, 180_000);
