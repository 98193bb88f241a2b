import { from, type Kind, name, project } from "../scene.ts";

const day = 86_400_000;
const topic = `projects/${project}/topics/orders`;
const subscription = `projects/${project}/subscriptions/orders-to-handler`;

/** A topic whose messages a subscription pushes to the function; every fifth message comes twice. */
export const pushSubscription: Kind = {
  seed: {
    functions: [{ name, region: from, trigger: "https", runtime: "nodejs22" }],
    pushSubscriptions: [
      {
        name: "orders-to-handler",
        topic: "orders",
        pushEndpoint: `https://${from}-${project}.cloudfunctions.net/${name}?source=orders`,
      },
    ],
  },
  files: {
    "functions/index.js": `import { onRequest } from "firebase-functions/v2/https";
export const ${name} = onRequest((request, response) => response.end());
`,
  },
  line: ", trigger: https, holders: [push]",
  hasLedger: true,
  eventOf({ body }) {
    const { message } = JSON.parse(Buffer.from(body).toString("utf8")) as { message: { messageId: string } };
    return message.messageId;
  },
  async send(scene) {
    const messages = [{ data: Buffer.from('{"order":1}').toString("base64") }];
    const { messageIds } = await scene.ask("POST", `pubsub.googleapis.com/v1/${topic}:publish`, { messages });
    await scene.advance(0);
    return messageIds as string[];
  },
  // Pub/Sub keeps a message for seven days.
  patienceMs: 8 * day,
  look: (scene) => scene.ask("GET", `pubsub.googleapis.com/v1/${subscription}`),
  disturbances: [{ match: { sender: "pubsub" }, every: 5, do: { kind: "duplicate" } }],
  sendsAtPoints: true,
};
