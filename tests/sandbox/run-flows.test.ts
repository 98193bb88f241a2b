import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { ask } from "./client.ts";
import { archiveOf, deployCode } from "./deployed-code.ts";
import { smallSeed } from "./small-seed.ts";

const versionOf = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../node_modules/${name}/package.json`, import.meta.url), "utf8"))
    .version as string;

const code = `
const { initializeApp } = require("firebase-admin/app");
const { getFunctions } = require("firebase-admin/functions");
const { onCall } = require("firebase-functions/v2/https");
const { onTaskDispatched } = require("firebase-functions/v2/tasks");
const { onSchedule } = require("firebase-functions/v2/scheduler");
initializeApp();
exports.book = onCall(async ({ data }) => {
  await getFunctions().taskQueue("locations/europe-west3/functions/ring").enqueue({ who: data.who });
  return "booked";
});
exports.ring = onTaskDispatched((request) => console.log("ring " + request.data.who + " by " + request.auth.token.email));
exports.sweep = onSchedule("every day 05:00", (event) => console.log("sweep " + event.jobName));
`;

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ folder: null, seed: smallSeed });
  const archive = archiveOf(
    { "index.js": code },
    { "firebase-functions": versionOf("firebase-functions"), "firebase-admin": versionOf("firebase-admin") },
  );
  await deployCode(sandbox, archive, [
    { id: "book", region: "europe-west1" },
    { id: "ring", region: "europe-west3" },
    { id: "sweep", region: "europe-west1", open: false },
  ]);
});
afterAll(() => sandbox.close());

const account = "123456789012-compute@developer.gserviceaccount.com";
const regional = (host: string, version: string, region: string) =>
  `${host}/${version}/projects/acme-test/locations/${region}`;

async function output(): Promise<string[]> {
  const { body } = await ask(sandbox, "GET", "_sandbox/output");
  return (body.lines as { text: string }[]).map(({ text }) => text);
}

it("a callable in one region puts a task into the queue of another, which calls the function there", async () => {
  const queues = regional("cloudtasks.googleapis.com", "v2", "europe-west3");
  const queue = await ask(sandbox, "POST", `${queues}/queues`, {
    name: "projects/acme-test/locations/europe-west3/queues/ring",
  });
  expect(queue.status).toBe(200);
  const answer = await fetch(`${sandbox.base}/acme-test/europe-west1/book`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ data: { who: "ann" } }),
  });
  expect(await answer.json()).toEqual({ result: "booked" });
  await expect.poll(output, { timeout: 10_000 }).toContain(`ring ann by ${account}`);
});

it("a job calls a function that nobody else may call, with the token of its account", async () => {
  const { body } = await ask(
    sandbox,
    "GET",
    `${regional("cloudfunctions.googleapis.com", "v2", "europe-west1")}/functions/sweep`,
  );
  const { uri, service } = body.serviceConfig as { uri: string; service: string };
  const jobs = `${regional("cloudscheduler.googleapis.com", "v1", "europe-west1")}/jobs`;
  const name = "projects/acme-test/locations/europe-west1/jobs/firebase-schedule-sweep-europe-west1";
  const created = await ask(sandbox, "POST", jobs, {
    name,
    schedule: "0 5 * * *",
    timeZone: "Europe/Paris",
    httpTarget: { uri, httpMethod: "POST", oidcToken: { serviceAccountEmail: account, audience: uri } },
  });
  expect(created.status).toBe(200);
  const run = () => ask(sandbox, "POST", `cloudscheduler.googleapis.com/v1/${name}:run`, {});
  const statuses = async () => {
    const { body: told } = await ask(sandbox, "GET", "_sandbox/deliveries?sender=scheduler");
    return (told.deliveries as { status: number }[]).map(({ status }) => status);
  };
  expect((await run()).status).toBe(200);
  await expect.poll(statuses, { timeout: 10_000 }).toEqual([403]);
  const bindings = [{ role: "roles/run.invoker", members: [`serviceAccount:${account}`] }];
  await ask(sandbox, "POST", `run.googleapis.com/v2/${service}:setIamPolicy`, { policy: { bindings } });
  await run();
  await expect.poll(async () => (await statuses()).at(-1), { timeout: 10_000 }).toBe(200);
  expect((await output()).some((line) => line.startsWith("sweep "))).toBe(true);
});
