import { afterAll, beforeAll, expect, it } from "vitest";
import { begin } from "./history.ts";
import { bundleProgram, type Program } from "./program.ts";
import { from, type Kind, name, openScene, project, type Scene, to } from "./scene.ts";

/* Holders that are easily overlooked, or led over half: what a move does about each on the real process. */

const day = 86_400_000;
const hostIn = (region: string): string => `${region}-${project}.cloudfunctions.net`;
const addressIn = (region: string): string => `https://${hostIn(region)}/${name}`;
const placeIn = (region: string): string => `projects/${project}/locations/${region}`;
const queue = `cloudtasks.googleapis.com/v2/${placeIn(from)}/queues/reports`;
const jobIn = (region: string): string => `cloudscheduler.googleapis.com/v1/${placeIn(region)}/jobs/monthly`;
const job = { name: "monthly", region: from, cron: "0 0 1 * *", timeZone: "UTC", uri: addressIn(from) };
const account = `reports@${project}.iam.gserviceaccount.com`;

const https: Kind = {
  seed: { functions: [{ name, region: from, trigger: "https", runtime: "nodejs22" }] },
  files: {
    "functions/index.js": `import { onRequest } from "firebase-functions/v2/https";
export const ${name} = onRequest((request, response) => response.end());
`,
  },
  line: ", trigger: https",
  hasLedger: false,
  options: ["--accept-unproven", "counted by its receiver"],
  eventOf: ({ headers }) => headers["x-cloudscheduler-scheduletime"] ?? headers["x-cloudtasks-taskname"] ?? null,
  send: async () => [],
  patienceMs: 0,
  sendsAtPoints: false,
};
const withQueue: Kind = { ...https, seed: { ...https.seed, queues: [{ name: "reports", region: from }] } };
const withJob = (region = from): Kind => ({ ...https, seed: { ...https.seed, jobs: [{ ...job, region }] } });

let program: Program;
beforeAll(async () => {
  program = await bundleProgram();
});
afterAll(() => program?.remove());

async function play(kind: Kind, work: (scene: Scene) => Promise<void>): Promise<void> {
  const scene = await openScene(kind, program);
  try {
    await work(scene);
  } finally {
    await scene.close();
  }
}
const move = (scene: Scene) => scene.run([...begin, ...(https.options ?? [])]);
const resume = (scene: Scene) => scene.run(["migrate", "resume", name]);
const override = (scene: Scene, uriOverride: object) =>
  scene.ask("PATCH", `${queue}?updateMask=httpTarget`, { httpTarget: { uriOverride } });
const targetOf = async (scene: Scene, path: string) =>
  (await scene.ask("GET", path)).httpTarget as Record<string, unknown>;

it("a job may lie in any region: where one cannot be looked at, nothing is begun", async () => {
  await play(withJob("europe-west6"), async (scene) => {
    const match = { host: "cloudscheduler.googleapis.com", region: "europe-west6" };
    await scene.ask("POST", "_sandbox/faults", { match, do: { kind: "status", status: 403, message: "no" } });
    const refused = await move(scene);
    expect([refused.code, refused.text]).toEqual([
      3,
      expect.stringContaining("could not be looked at: holders europe-west6"),
    ]);
  });
});

it("the silence of a copy is broken by what came days before, too", async () => {
  await play(withJob(), async (scene) => {
    expect((await move(scene)).code).toBe(5);
    // Led back by hand: the run of the first of December reaches the old copy.
    await scene.ask("PATCH", `${jobIn(from)}?updateMask=httpTarget`, {
      httpTarget: { uri: addressIn(from), httpMethod: "POST" },
    });
    await scene.advance(4 * day);
    await scene.ask("PATCH", `${jobIn(from)}?updateMask=httpTarget`, {
      httpTarget: { uri: addressIn(to), httpMethod: "POST" },
    });
    await scene.ask("POST", `${jobIn(from)}:run`, {});
    await scene.advance(5 * day);
    const waiting = await resume(scene);
    expect([waiting.code, waiting.text]).toEqual([
      5,
      expect.stringMatching(/Waiting for 7 days without a request to handler in europe-west1 .*2026-12-08T00:0/),
    ]);
  });
});

it("tasks that wait elsewhere with the old address keep the old copy", async () => {
  await play(withQueue, async (scene) => {
    const httpRequest = { url: addressIn(from), httpMethod: "POST", body: "" };
    const scheduleTime = "2026-12-20T00:00:00Z";
    await scene.ask("POST", `${queue}/tasks`, { task: { scheduleTime, httpRequest } });
    expect((await move(scene)).code).toBe(5);
    await scene.advance(8 * day);
    const waiting = await resume(scene);
    expect([waiting.code, waiting.text]).toEqual([
      5,
      expect.stringContaining(
        "Waiting for a task of the queue reports in europe-west1 to be done by handler in europe-west1, the last due 2026-12-20T00:00:00",
      ),
    ]);
    await scene.advance(20 * day);
    expect([...scene.receiver.effects.values()]).toEqual([1]);
    // That was a request: the silence begins anew.
    expect((await resume(scene)).code).toBe(5);
    await scene.advance(8 * day);
    const moved = await resume(scene);
    expect([moved.code, moved.text]).toEqual([0, expect.stringContaining("handler has moved to europe-west3")]);
  });
});

it("a queue that overrides the host alone reaches any function: nothing is begun", async () => {
  await play(withQueue, async (scene) => {
    await override(scene, { host: hostIn(from), uriOverrideEnforceMode: "ALWAYS" });
    const refused = await move(scene);
    expect([refused.code, refused.text]).toEqual([
      3,
      expect.stringContaining(`holders reports: this queue sends every task to https://${hostIn(from)}`),
    ]);
  });
});

it("a queue of the name of a function that it does not start is led over like another", async () => {
  await play({ ...https, seed: { ...https.seed, queues: [{ name, region: from }] } }, async (scene) => {
    const own = `cloudtasks.googleapis.com/v2/${placeIn(from)}/queues/${name}`;
    const uriOverride = { host: hostIn(from), pathOverride: { path: `/${name}` } };
    await scene.ask("PATCH", `${own}?updateMask=httpTarget`, { httpTarget: { uriOverride } });
    expect((await move(scene)).code).toBe(5);
    expect(await targetOf(scene, own)).toEqual({ uriOverride: { ...uriOverride, host: hostIn(to) } });
  });
});

it("scheme and port of a queue stay, there and back", async () => {
  await play(withQueue, async (scene) => {
    const uriOverride = {
      ...{ scheme: "HTTP", host: hostIn(from), port: "443", pathOverride: { path: `/${name}` } },
      uriOverrideEnforceMode: "ALWAYS",
    };
    await override(scene, uriOverride);
    const before = await targetOf(scene, queue);
    const begun = await move(scene);
    expect([begun.code, begun.text]).toEqual([5, expect.stringContaining("a first real request")]);
    expect(await targetOf(scene, queue)).toEqual({ uriOverride: { ...uriOverride, host: hostIn(to) } });
    expect((await scene.run(["migrate", "rollback", name])).code).toBe(5);
    expect(await targetOf(scene, queue)).toEqual(before);
  });
});

it("an audience follows in its own form", async () => {
  await play(withJob(), async (scene) => {
    const copyIn = async (region: string) =>
      (await scene.ask("GET", `cloudfunctions.googleapis.com/v2/${placeIn(region)}/functions/${name}`))
        .serviceConfig as { uri: string };
    const { uri: audience } = await copyIn(from);
    const httpTarget = {
      uri: addressIn(from),
      httpMethod: "POST",
      oidcToken: { serviceAccountEmail: account, audience },
    };
    await scene.ask("PATCH", `${jobIn(from)}?updateMask=httpTarget`, { httpTarget });
    expect((await move(scene)).code).toBe(5);
    const { uri: next } = await copyIn(to);
    expect([audience === next, await targetOf(scene, jobIn(from))]).toEqual([
      false,
      expect.objectContaining({ uri: addressIn(to), oidcToken: { serviceAccountEmail: account, audience: next } }),
    ]);
    expect((await scene.run(["migrate", "rollback", name])).code).toBe(5);
    expect(await targetOf(scene, jobIn(from))).toEqual(expect.objectContaining(httpTarget));
  });
});

const urlsIn = async (scene: Scene, region: string) =>
  (await scene.ask("GET", `run.googleapis.com/v2/${placeIn(region)}/services/${name}`)).urls as string[];
const call = (scene: Scene, uri: string) =>
  scene.ask("PATCH", `${jobIn(from)}?updateMask=httpTarget`, { httpTarget: { uri, httpMethod: "POST" } });

it.each([
  [0, /^https:\/\/handler-\d+\.REGION\.run\.app$/],
  [1, /^https:\/\/REGION-demo-regions\.cloudfunctions\.net\/handler$/],
  [2, /^https:\/\/handler-\w{10}-[a-z]{2}\.a\.run\.app$/],
])("an address is led to its like in the same form: %i", async (index, form) => {
  await play(withJob(), async (scene) => {
    const old = (await urlsIn(scene, from))[index] ?? "";
    expect(old.replace(from, "REGION")).toMatch(form);
    await call(scene, `${old}/x?a=1`);
    const begun = await move(scene);
    expect([begun.code, begun.text]).toEqual([5, expect.stringContaining("a first real request")]);
    const made = (await urlsIn(scene, to))[index] ?? "";
    expect([made === old, made.replace(to, "REGION")]).toEqual([false, expect.stringMatching(form)]);
    expect((await targetOf(scene, jobIn(from))).uri).toBe(`${made}/x?a=1`);
    expect((await scene.run(["migrate", "rollback", name])).code).toBe(5);
    expect((await targetOf(scene, jobIn(from))).uri).toBe(`${old}/x?a=1`);
  });
});

it("the address of a tagged revision stops the plan", async () => {
  await play(withJob(), async (scene) => {
    const [, , hashed = ""] = await urlsIn(scene, from);
    await call(scene, `${hashed.replace("https://", "https://stable---")}/x`);
    const refused = await move(scene);
    expect([refused.code, refused.text]).toEqual([
      1,
      expect.stringContaining(
        "scheduler monthly (httpTarget.uri) holds an address that no other copy has the like of.",
      ),
    ]);
  });
});

it("who may call the old copy alone is not led to the other", async () => {
  const functions = [from, to].map((region) => ({ name, region, trigger: "task" as const, runtime: "nodejs22" }));
  const code = `import { onTaskDispatched } from "firebase-functions/v2/tasks";\nexport const ${name} = onTaskDispatched(() => {});\n`;
  const task: Kind = {
    ...https,
    seed: { functions, jobs: [job] },
    files: { "functions/index.js": code },
    line: ", trigger: task",
  };
  await play(task, async (scene) => {
    const policyIn = (region: string) => `run.googleapis.com/v2/${placeIn(region)}/services/${name}`;
    const allow = async (region: string) => {
      const { bindings = [] } = await scene.ask("GET", `${policyIn(region)}:getIamPolicy`);
      const own = { role: "roles/run.invoker", members: [`serviceAccount:${account}`] };
      const policy = { bindings: [...(bindings as object[]), own] };
      await scene.ask("POST", `${policyIn(region)}:setIamPolicy`, { policy });
    };
    const accounts = `iam.googleapis.com/v1/projects/${project}/serviceAccounts`;
    await scene.ask("POST", accounts, { accountId: "reports", serviceAccount: {} });
    await allow(from);
    const oidcToken = { serviceAccountEmail: account, audience: addressIn(from) };
    const httpTarget = { uri: addressIn(from), httpMethod: "POST", oidcToken };
    await scene.ask("PATCH", `${jobIn(from)}?updateMask=httpTarget`, { httpTarget });
    const stopped = await move(scene);
    expect([stopped.code, stopped.text]).toEqual([
      4,
      expect.stringContaining(
        `sends the token of ${account}, who may call handler in europe-west1 and not handler in europe-west3: give it the invoker's role there, and resume.`,
      ),
    ]);
    expect(await targetOf(scene, jobIn(from))).toEqual(expect.objectContaining(httpTarget));
    await allow(to);
    expect((await resume(scene)).code).toBe(5);
    expect(await targetOf(scene, jobIn(from))).toEqual(expect.objectContaining({ uri: addressIn(to) }));
  });
});

it("a holder that people delete meanwhile holds up nothing, once they say that they meant it", async () => {
  const off = {
    id: "we_1Qoff",
    url: addressIn(from),
    description: "old payments",
    enabledEvents: ["customer.created"],
  };
  const stripe = { endpoints: [{ ...off, status: "disabled" as const }] };
  for (const way of ["resume", "rollback"]) {
    await play({ ...https, seed: { ...https.seed, stripe } }, async (scene) => {
      expect((await move(scene)).code).toBe(5);
      await scene.ask("DELETE", `v1/webhook_endpoints/${off.id}`);
      await scene.advance(8 * day);
      const stopped = await scene.run(["migrate", way, name]);
      expect([stopped.code, stopped.text]).toEqual([
        4,
        expect.stringContaining("is gone: somebody else has deleted it. If that was meant, resume."),
      ]);
      if (way === "rollback") {
        expect((await resume(scene)).code).toBe(5);
        await scene.advance(8 * day);
      }
      const ended = await resume(scene);
      const end = way === "resume" ? "handler has moved to europe-west3." : "is as it was before the move";
      expect([ended.code, ended.text]).toEqual([0, expect.stringContaining(end)]);
    });
  }
});

it("what was made by hand is led to a function of events as well, a paused job too", async () => {
  const event = {
    eventType: "google.cloud.firestore.document.v1.created",
    triggerRegion: "eur3",
    filters: { database: "(default)", namespace: "(default)", document: "payments/{id}" },
  };
  const ofEvents: Kind = {
    ...https,
    seed: {
      functions: [{ name, region: from, trigger: "event", runtime: "nodejs22", event }],
      jobs: [{ ...job, paused: true }],
    },
    files: {
      "functions/index.js": `import { onDocumentCreated } from "firebase-functions/v2/firestore";\nexport const ${name} = onDocumentCreated("payments/{id}", () => {});\n`,
    },
    line: ", trigger: event",
  };
  await play(ofEvents, async (scene) => {
    expect((await move(scene)).code).toBe(5);
    expect(await targetOf(scene, jobIn(from))).toEqual(expect.objectContaining({ uri: addressIn(to) }));
  });
});

it("a rehearsal waits for what can come alone", async () => {
  const off = { id: "we_1Qoff", url: addressIn(from), description: "old payments", enabledEvents: ["charge.failed"] };
  const stripe = { endpoints: [{ ...off, status: "disabled" as const }] };
  await play({ ...https, seed: { ...https.seed, stripe, jobs: [job] } }, async (scene) => {
    const waiting = await scene.run([...begin, ...(https.options ?? []), "--rehearse"]);
    expect([waiting.code, waiting.text]).toEqual([
      5,
      expect.stringContaining("Waiting for an event of scheduler: bring one about at monthly. "),
    ]);
  });
});
