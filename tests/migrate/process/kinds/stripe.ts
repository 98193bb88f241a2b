import { from, type Kind, name, project } from "../scene.ts";

const day = 86_400_000;
const endpoint = "we_1Qmatrix";

/** A webhook of Stripe, which repeats for three days; every third delivery comes twice. */
export const stripeWebhook: Kind = {
  seed: {
    functions: [{ name, region: from, trigger: "https", runtime: "nodejs22" }],
    stripe: {
      endpoints: [
        {
          id: endpoint,
          url: `https://${from}-${project}.cloudfunctions.net/${name}?tenant=acme`,
          description: "payments",
          enabledEvents: ["customer.created"],
          status: "enabled",
        },
      ],
    },
  },
  files: {
    "functions/index.js": `import { onRequest } from "firebase-functions/v2/https";
export const ${name} = onRequest((request, response) => response.json({}));
`,
  },
  line: ", trigger: https, holders: [stripe]",
  hasLedger: true,
  eventOf: ({ body }) => (JSON.parse(Buffer.from(body).toString("utf8")) as { id: string }).id,
  async send(scene) {
    await scene.ask("POST", "v1/customers", "email=client%40acme.example");
    await scene.advance(0);
    const { data } = (await scene.ask("GET", "v1/events?limit=1")) as { data: { id: string }[] };
    return data.map(({ id }) => id);
  },
  patienceMs: 4 * day,
  async look(scene) {
    const { updated: _updated, ...others } = await scene.ask("GET", `v1/webhook_endpoints/${endpoint}`);
    return others;
  },
  disturbances: [{ match: { sender: "stripe" }, every: 3, do: { kind: "duplicate" } }],
  sendsAtPoints: true,
};
