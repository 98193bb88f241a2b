import { expect, it } from "vitest";
import { openFirebaseRoom } from "./room.ts";

/* Every kind of function, by the real Firebase CLI into two regions: what it asks of Google for each, the sandbox has. */

it("the sandbox takes every kind of function from the real Firebase CLI, with what hangs on it", async () => {
  const room = await openFirebaseRoom({ functions: [] });
  try {
    room.write("firebase.json", JSON.stringify({ functions: [{ source: "functions", codebase: "default" }] }));
    room.write(
      "functions/index.js",
      `const { onSchedule } = require("firebase-functions/v2/scheduler");
const { onTaskDispatched } = require("firebase-functions/v2/tasks");
const { onDocumentCreated } = require("firebase-functions/v2/firestore");
const { onMessagePublished } = require("firebase-functions/v2/pubsub");
const { onObjectFinalized } = require("firebase-functions/v2/storage");
const { onCall } = require("firebase-functions/v2/https");
const v1 = require("firebase-functions/v1");
const region = ["europe-west1", "europe-west3"];
exports.tick = onSchedule({ region, schedule: "every 5 minutes" }, () => {});
exports.task = onTaskDispatched({ region }, () => {});
exports.made = onDocumentCreated({ region, document: "providers/{id}" }, () => {});
exports.heard = onMessagePublished({ region, topic: "news" }, () => {});
exports.stored = onObjectFinalized({ region: "europe-west1", bucket: "acme-exports" }, () => {});
exports.ring = onCall({ region }, () => {});
exports.old = v1.region(...region).https.onRequest((request, response) => response.send(""));
`,
    );
    const { code, output } = await room.firebase("deploy", "--only", "functions", "--force", "--non-interactive");
    expect([code, output]).toEqual([0, expect.stringContaining("Deploy complete!")]);
    const both = ["heard", "made", "old", "ring", "task", "tick"];
    expect(await room.live()).toEqual([
      ...[...both, "stored"].sort().map((name) => `europe-west1/${name}`),
      ...both.map((name) => `europe-west3/${name}`),
    ]);
    const made = room.sandbox.log.entries().flatMap(({ method, host, path, status }) => {
      const beside = /^(?:cloudscheduler|cloudtasks|pubsub)\.googleapis\.com$/.test(host ?? "");
      const isNew = method === "PUT" || /\/(?:jobs|queues)$/.test(path);
      return beside && isNew && method !== "GET" && status === 200
        ? [path.replace(/^.*projects\/acme-test\//, "")]
        : [];
    });
    expect([...new Set(made)].sort()).toEqual([
      "locations/europe-west1/jobs",
      "locations/europe-west1/queues",
      "locations/europe-west3/jobs",
      "locations/europe-west3/queues",
      "topics/news",
    ]);
    expect(room.sandbox.log.entries().filter(({ status }) => status === 501)).toEqual([]);
    expect(room.strangers()).toEqual([]);
  } finally {
    await room.close();
  }
}, 180_000);
