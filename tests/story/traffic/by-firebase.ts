import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { optionsMark } from "../../../src/model/generated-code.ts";

/**
 * Has the Firebase CLI deploy a copy of the fleet: a firebase.json, and regions from a module that `regions generate options`
 * writes. stripeWebhook and createSubscriptionCheckout take theirs from there, and those that are live twice that of their class, without which the CLI
 * refuses the codebase. The others name none: it leaves each where its only copy is.
 */
export function deployByFirebase(folder: string): void {
  const change = (path: string, from: string, to: string): void => {
    const text = readFileSync(join(folder, path), "utf8");
    if (text.split(from).length !== 2) throw new Error(`${path} has another shape: ${from}`);
    writeFileSync(join(folder, path), text.replace(from, to));
  };
  change("regions.yaml", "deployer: pulumi,", "deployer: firebase, options: src/regions.ts,");
  // What it deploys has its sizes in the source; what that leaves out, a new copy would not take from the old one.
  const sizes = 'memory: "512MiB", cpu: 0.5, maxInstances: 20';
  const manifest = join(folder, "regions.yaml");
  const inManifest = /^( {2}\w+: \{.*?)((?:, (?:memory|cpu|maxInstances): [\w.]+)+)/gm;
  writeFileSync(manifest, readFileSync(manifest, "utf8").replaceAll(inManifest, "$1"));
  const webhook = "src/functions/src/payments/stripe-webhook.ts";
  change(webhook, "  { secrets: [stripe", `  { ...functions.stripeWebhook, ${sizes}, secrets: [stripe`);
  change(webhook, "import { stripeSecretKey,", 'import { functions } from "../regions.ts";\nimport { stripeSecretKey,');
  const checkout = "src/functions/src/payments/subscriptions.ts";
  change(
    checkout,
    "onCall(\n  { secrets: [stripeSecretKey] },\n  async (request: Asked<typeof checkout>)",
    `onCall(\n  { ...functions.createSubscriptionCheckout, ${sizes}, secrets: [stripeSecretKey] },\n  async (request: Asked<typeof checkout>)`,
  );
  change(
    checkout,
    "import { stripeSecretKey }",
    'import { functions } from "../regions.ts";\nimport { stripeSecretKey }',
  );
  const endpoint = "src/functions/src/families/twilio-endpoint.ts";
  change(endpoint, "onRequest({ secrets: [twilio", "onRequest({ ...classes.calls, secrets: [twilio");
  change(endpoint, "import { isFromTwilio", 'import { classes } from "../regions.ts";\nimport { isFromTwilio');
  const registration = "src/functions/src/families/registration.ts";
  change(registration, "  return onCall(async (", "  return onCall({ ...classes.affiliate }, async (");
  change(registration, "import { country,", 'import { classes } from "../regions.ts";\nimport { country,');
  // As it was written when both were still wanted where they are.
  const before = `${optionsMark} from regions.yaml.
export const classes = { affiliate: { region: "europe-west2" }, calls: { region: "europe-west3" } };
export const functions = {
  stripeWebhook: { region: "europe-west1" },
  createSubscriptionCheckout: { region: "europe-west1" },
};
`;
  writeFileSync(join(folder, "src/functions/src/regions.ts"), before);
  const functions = [{ source: "src/functions", codebase: "default", ignore: ["node_modules", "src"] }];
  writeFileSync(join(folder, "firebase.json"), JSON.stringify({ functions }));
  mkdirSync(join(folder, "home"));
}

/** What the Firebase CLI needs of its surroundings: no account, no question to the network, time to load the code. */
export const firebaseSurroundings = (folder: string): Readonly<Record<string, string>> => ({
  HOME: join(folder, "home"),
  CI: "1",
  NO_UPDATE_NOTIFIER: "1",
  npm_config_offline: "true",
  FUNCTIONS_DISCOVERY_TIMEOUT: "120",
});
