import { from, type Kind, name, project } from "../scene.ts";

const day = 86_400_000;
const topic = `projects/${project}/topics/orders`;
const eventType = "google.cloud.pubsub.topic.v1.messagePublished";

/** Started by messages of a topic: while both copies are there, each gets all of them, and the ledger keeps one effect. */
export const event: Kind = {
  seed: {
    functions: [
      {
        name,
        region: from,
        trigger: "event",
        runtime: "nodejs22",
        event: { eventType, triggerRegion: from, filters: { topic } },
      },
    ],
  },
  files: {
    "functions/index.js": `import { onMessagePublished } from "firebase-functions/v2/pubsub";
export const ${name} = onMessagePublished("orders", () => {});
`,
  },
  line: ", trigger: event",
  hasLedger: true,
  eventOf: ({ headers }) => headers["ce-id"] ?? null,
  async prepare(scene) {
    await scene.ask("PUT", `pubsub.googleapis.com/v1/${topic}`, {});
  },
  async send(scene) {
    const messages = [{ data: Buffer.from('{"order":1}').toString("base64") }];
    const { messageIds } = await scene.ask("POST", `pubsub.googleapis.com/v1/${topic}:publish`, { messages });
    await scene.advance(0);
    return messageIds as string[];
  },
  patienceMs: day,
  sendsAtPoints: true,
};
