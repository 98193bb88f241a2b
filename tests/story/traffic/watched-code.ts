import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fleetArchive } from "../../flows/fleet-code.ts";

/** Where the fleet counts, by event, how often it took effect. */
export const effectsCollection = "effects_seen";

/**
 * Has the ledger of a copy of the fleet's code count: each run of an effect that ends well adds one to the event's count.
 * The guard of the ledger is left as it is, so an effect that it lets through twice is counted twice. What consists of
 * writes to Firestore is counted in its own transaction; what reaches outside, right behind the effect.
 */
export function watchLedger(codebase: string): void {
  const file = join(codebase, "src/ledger.ts");
  let text = readFileSync(file, "utf8");
  const put = (place: string, behind: string): void => {
    if (text.split(place).length !== 2) throw new Error(`the ledger of the fleet has another shape: ${place}`);
    text = text.replace(place, place + behind);
  };
  put("      await effect(transaction);\n", "      transaction.set(...counted(delivery));\n");
  put(
    "    await effect(claimed);\n",
    "    await countOf(delivery).set(...counted(delivery).slice(1) as [object, object]);\n",
  );
  text += `
function countOf(delivery: Delivery): DocumentReference {
  return db().collection("${effectsCollection}").doc(encodeURIComponent(named(delivery).key));
}

function counted(delivery: Delivery): [DocumentReference, object, { merge: true }] {
  return [countOf(delivery), { key: named(delivery).key, count: FieldValue.increment(1) }, { merge: true }];
}
`;
  writeFileSync(file, text);
}

/** What was deployed on the day the story starts: the same code, with the function that nobody declares any longer. */
export function oldArchive(codebase: string): Buffer {
  // Beside it, where the compiler finds the packages.
  const old = mkdtempSync(`${codebase}-old-`);
  try {
    cpSync(codebase, old, { recursive: true, filter: (path) => !/[/\\](node_modules|lib)$/.test(path) });
    writeFileSync(join(old, "src/calls/old-webhook.ts"), oldWebhook);
    const index = join(old, "src/index.ts");
    writeFileSync(index, `${readFileSync(index, "utf8")}export * from "./calls/old-webhook.ts";\n`);
    return fleetArchive(old);
  } finally {
    rmSync(old, { recursive: true, force: true });
  }
}

/** Answers a call that the first address did not take; from before the webhooks were one function each. */
const oldWebhook = `import { onRequest } from "firebase-functions/v2/https";
import { once } from "../ledger.ts";

export const twilioWebhook = onRequest(async (request, response) => {
  await once({ function: "twilioWebhook", event: String(request.body.CallSid) }, async () => {});
  response.type("text/xml").send("<Response><Say>Please call again later.</Say><Hangup/></Response>");
});
`;
