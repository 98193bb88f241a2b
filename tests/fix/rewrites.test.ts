import { describe, expect, it } from "vitest";
import { fix } from "./shop.ts";

const firebase = `import { initializeApp } from "firebase/app";
import { getFunctions } from "firebase/functions";

const app = initializeApp({ projectId: "acme-prod" });
export const functionsCore = getFunctions(app, "europe-west1");
export const functionsPayments = getFunctions(app, "europe-west3");
`;
const listing = `import { httpsCallable } from "firebase/functions";
import { functionsCore } from "./firebase";

export const list = httpsCallable(functionsCore, "list");
`;

/** A shop whose other pages are right, so that what they share must stay as it is. */
const shop = (files: Record<string, string | Buffer>) => ({
  files: { "web/src/firebase.ts": firebase, "web/src/list.ts": listing, ...files },
});

async function changedBy(files: Record<string, string | Buffer>): Promise<Readonly<Record<string, string>>> {
  const outcome = await fix(shop(files));
  expect([outcome.code, outcome.said.refused, outcome.stderr]).toEqual([0, [], ""]);
  return outcome.changed;
}

describe("the client that a call uses", () => {
  it("is another one that the module exports; what nobody uses any longer leaves the import", async () => {
    const page = (name: string) => `import { httpsCallable } from "firebase/functions";
import { ${name} } from "./firebase";

// Charges the card.
export const pay = httpsCallable(${name}, "pay"); // see pay.ts
`;
    expect(await changedBy({ "web/src/pay.ts": page("functionsCore") })).toEqual({
      "web/src/pay.ts": page("functionsPayments"),
    });
  });

  it("joins the import where the old one is still used, in the list's own layout", async () => {
    const page = (imports: string, client: string) => `import { httpsCallable } from 'firebase/functions'
import {
  functionsCore,${imports}
} from '@/firebase'

export const pay = httpsCallable(${client}, 'pay')
export const stats = httpsCallable(functionsCore, 'stats')
`;
    const tsconfig = '{ "compilerOptions": { "baseUrl": ".", "paths": { "@/*": ["src/*"] } } }';
    expect(
      await changedBy({ "web/tsconfig.json": tsconfig, "web/src/pages/pay.ts": page("", "functionsCore") }),
    ).toEqual({ "web/src/pages/pay.ts": page("\n  functionsPayments,", "functionsPayments") });
  });

  it("takes a client that the file has already, and drops the import that is left over", async () => {
    const page = (imports: string, client: string) => `import { httpsCallable } from "firebase/functions";
import { ${imports} } from "./firebase";

export const refund = httpsCallable(functionsPayments, "refund");
export const pay = httpsCallable(${client}, "pay");
`;
    expect(await changedBy({ "web/src/pay.ts": page("functionsCore, functionsPayments", "functionsCore") })).toEqual({
      "web/src/pay.ts": page("functionsPayments", "functionsPayments"),
    });
  });

  it("keeps an import's other name, a require and the object of a namespace import", async () => {
    const renamed = (name: string) => `import { httpsCallable } from "firebase/functions";
import { ${name} as fns } from "./firebase";
export const pay = httpsCallable(fns, "pay");
`;
    const commonJs = (names: string, client: string) => `const { httpsCallable } = require("firebase/functions");
const { ${names} } = require("./firebase");
exports.refund = httpsCallable(${client}, "refund");
exports.stats = httpsCallable(functionsCore, "stats");
`;
    const namespace = (client: string) => `import { httpsCallable } from "firebase/functions";
import * as clients from "./firebase";
export const pay = httpsCallable(clients.${client}, "pay");
`;
    expect(
      await changedBy({
        "web/src/a.ts": renamed("functionsCore"),
        "web/src/b.js": commonJs("functionsCore", "functionsCore"),
        "web/src/c.ts": namespace("functionsCore"),
      }),
    ).toEqual({
      "web/src/a.ts": renamed("functionsPayments"),
      "web/src/b.js": commonJs("functionsCore, functionsPayments", "functionsPayments"),
      "web/src/c.ts": namespace("functionsPayments"),
    });
  });

  it("is a new one beside the others where none is there, written as they are", async () => {
    const page = (name: string) => `import { httpsCallable } from "firebase/functions";
import { ${name} } from "./firebase";
export const register = httpsCallable(${name}, "register");
export const invite = httpsCallable(${name}, "invite");
`;
    expect(await changedBy({ "web/src/register.ts": page("functionsCore") })).toEqual({
      "web/src/register.ts": page("functionsCoreEuropeWest2"),
      "web/src/firebase.ts": `${firebase}export const functionsCoreEuropeWest2 = getFunctions(app, "europe-west2");
`,
    });
  });

  it("is connected to the emulator as its model is, and named in its model's manner", async () => {
    const module = (lines: string, connected: string) => `import firebase from 'firebase/compat/app'
import 'firebase/compat/functions'

const app = firebase.initializeApp({})
export const functionsWest1 = app.functions('europe-west1') // the rest
${lines}
if (location.hostname === 'localhost') {
\tfunctionsWest1.useEmulator('localhost', 5001)
${connected}}
`;
    const page = (name: string, call: string) => `import { ${name} } from './firebase'
export const ${call} = ${name}.httpsCallable('${call}')
`;
    const files = {
      "web/src/firebase.ts": module("", ""),
      "web/src/list.ts": page("functionsWest1", "list"),
      "web/src/register.ts": page("functionsWest1", "register"),
    };
    const outcome = await fix({ files });
    expect(outcome.changed).toEqual({
      "web/src/firebase.ts": module(
        "export const functionsWest2 = app.functions('europe-west2')\n",
        "\tfunctionsWest2.useEmulator('localhost', 5001)\n",
      ),
      "web/src/register.ts": page("functionsWest2", "register"),
    });
  });

  it("is a member of the same object, or another constant in sight", async () => {
    const page = (one: string, two: string) => `import { getFunctions, httpsCallable } from "firebase/functions";
const clients = { core: getFunctions(undefined, "europe-west1"), payments: getFunctions(undefined, "europe-west3") };
const here = getFunctions(undefined, "europe-west1");
const there = getFunctions(undefined, "europe-west3");
export const stats = httpsCallable(clients.core, "stats");
export const list = () => httpsCallable(here, "list")();
export const pay = httpsCallable(${one}, "pay");
export const refund = () => httpsCallable(${two}, "refund")();
`;
    expect(await changedBy({ "web/src/pay.ts": page("clients.core", "here") })).toEqual({
      "web/src/pay.ts": page("clients.payments", "there"),
    });
  });

  it("may hang on a variable of the build, where the one used so far does", async () => {
    const module = `import { getApp, getApps, initializeApp } from "firebase/app";
import { connectFunctionsEmulator, getFunctions } from "firebase/functions";
const app = getApps().length > 0 ? getApp() : initializeApp({ projectId: import.meta.env.VITE_PROJECT });
const REGION = (import.meta.env.VITE_REGION ?? "europe-west1").toString();
export const functions = getFunctions(app, REGION);
export const functionsPay = getFunctions(app, import.meta.env.VITE_PAY_REGION || "europe-west3");
if (import.meta.env.DEV) [functions, functionsPay].forEach((one) => connectFunctionsEmulator(one, "localhost", 5001));
`;
    const page = (name: string, client: string) => `import { httpsCallable } from "firebase/functions";
import { ${client} } from "./clients";
export const ${name} = httpsCallable(${client}, "${name}");
`;
    expect(
      await changedBy({
        "web/src/clients.ts": module,
        "web/src/stats.ts": page("stats", "functions"),
        "web/src/pay.ts": page("pay", "functions"),
      }),
    ).toEqual({ "web/src/pay.ts": page("pay", "functionsPay") });
  });

  it("is of the same app, never of another one", async () => {
    const module = (line: string) => `import { initializeApp } from "firebase/app";
import { getFunctions } from "firebase/functions";
const app = initializeApp({});
const admin = initializeApp({}, "admin");
export const functions = getFunctions(app, "europe-west1");
export const functionsAdmin = getFunctions(admin, "europe-west3");
${line}`;
    const page = (name: string, client: string) => `import { httpsCallable } from "firebase/functions";
import { ${client} } from "@acme/clients";
export const ${name} = httpsCallable(${client}, "${name}");
`;
    expect(
      await changedBy({
        "web/package.json": '{ "name": "web", "workspaces": ["packages/*", "apps/*"] }',
        "web/packages/clients/package.json": '{ "name": "@acme/clients", "main": "src/index.ts" }',
        "web/packages/clients/src/index.ts": 'export * from "./firebase.js";\n',
        "web/packages/clients/src/firebase.ts": module(""),
        "web/apps/shop/stats.ts": page("stats", "functions"),
        "web/apps/shop/pay.ts": page("pay", "functions"),
      }),
    ).toEqual({
      "web/packages/clients/src/firebase.ts": module(
        'export const functionsEuropeWest3 = getFunctions(app, "europe-west3");\n',
      ),
      "web/apps/shop/pay.ts": page("pay", "functionsEuropeWest3"),
    });
  });

  it("is an argument of a wrapper", async () => {
    const page = (client: string) => `import { call } from "./call";
import { functionsCore, functionsPayments } from "./firebase";
export const pay = (sum: number) => call(${client}, "pay", { sum });
export const refund = () => call(functionsPayments, "refund", {});
export const stats = () => call(functionsCore, "stats", {});
`;
    const call = `import { type Functions, httpsCallable } from "firebase/functions";
export const call = (functions: Functions, name: string, data: unknown) => httpsCallable(functions, name)(data);
`;
    expect(await changedBy({ "web/src/call.ts": call, "web/src/pay.ts": page("functionsCore") })).toEqual({
      "web/src/pay.ts": page("functionsPayments"),
    });
  });
});

describe("a region written as text", () => {
  it("is rewritten at the call, with the file's own quotes, tabs, line ends and mark", async () => {
    const page = (region: string) =>
      `\uFEFFimport { getFunctions, httpsCallable } from 'firebase/functions'\r\n\r\nexport function pay() {\r\n\treturn httpsCallable(getFunctions(undefined, '${region}'), 'pay') /* now */\r\n}\r\n`;
    expect(await changedBy({ "web/src/pay.ts": page("europe-west1") })).toEqual({
      "web/src/pay.ts": page("europe-west3"),
    });
  });

  it("is rewritten in a constant where all its callers want the same region", async () => {
    const region = (name: string) => `export const REGION = '${name}' as const;\n`;
    const page = `import { getFunctions, httpsCallable } from "firebase/functions";
import { REGION } from "./region";
const functions = getFunctions(undefined, REGION);
export const pay = httpsCallable(functions, "pay");
export const refund = httpsCallable(functions, "refund");
`;
    expect(await changedBy({ "web/src/region.ts": region("europe-west1"), "web/src/pay.ts": page })).toEqual({
      "web/src/region.ts": region("europe-west3"),
    });
  });

  it("is named where the client names none", async () => {
    const page = (args: string) => `import { getApp } from "firebase/app";
import { getFunctions, httpsCallable } from "firebase/functions";
const functions = getFunctions(${args});
export const pay = httpsCallable(functions, "pay");
export const refund = httpsCallable(functions, "refund");
`;
    expect(await changedBy({ "web/src/a.ts": page("getApp()"), "web/other/b.ts": page("") })).toEqual({
      "web/src/a.ts": page('getApp(), "europe-west3"'),
      "web/other/b.ts": page('undefined, "europe-west3"'),
    });
  });

  it("is rewritten in an address of either form", async () => {
    const page = (
      one: string,
      two: string,
    ) => `export const pay = () => fetch(\`https://${one}-acme-prod.cloudfunctions.net/pay?at=\${Date.now()}\`);
export const refund = () => fetch("https://refund-123456789012.${two}.run.app/");
`;
    expect(await changedBy({ "web/src/pay.ts": page("europe-west1", "us-central1") })).toEqual({
      "web/src/pay.ts": page("europe-west3", "europe-west3"),
    });
  });

  it("is rewritten in the scripts of pages and components, at its place in the file", async () => {
    const vue = (client: string) => `<template>
  <button @click="really">Bezahlen — „jetzt“ 💳</button>
</template>

<script setup lang="ts">
import { httpsCallable } from "firebase/functions";
import { functionsCore, functionsPayments } from "../firebase";
const refund = httpsCallable(functionsPayments, "refund"), really = httpsCallable(${client}, "pay");
</script>
`;
    const html = (region: string) => `<!doctype html>
<title>Ünïcödé 💳</title>
<script type="module">
  import { getFunctions, httpsCallable } from "https://www.gstatic.com/firebasejs/11.0.0/firebase-functions.js";
  httpsCallable(getFunctions(undefined, "${region}"), "pay")();
</script>
`;
    expect(
      await changedBy({ "web/src/pages/Pay.vue": vue("functionsCore"), "web/public/pay.html": html("europe-west1") }),
    ).toEqual({
      // The template may use what the script imports, so nothing leaves the import.
      "web/src/pages/Pay.vue": vue("functionsPayments"),
      "web/public/pay.html": html("europe-west3"),
    });
  });
});

describe("values and names outside of calls", () => {
  it("are rewritten in an env file: a region in quotes, one before a comment, one in an address", async () => {
    const env = (a: string, b: string, c: string) =>
      `# europe-west1 was our first region\nexport VITE_PAY_REGION="${a}" # not europe-west1\nVITE_INVITE_REGION=${b} # europe-west1\r\nVITE_REFUND_URL=https://${c}-acme-prod.cloudfunctions.net/refund\n`;
    const page = `import { getFunctions, httpsCallable } from "firebase/functions";
export const pay = httpsCallable(getFunctions(undefined, import.meta.env.VITE_PAY_REGION), "pay");
export const invite = httpsCallable(getFunctions(undefined, import.meta.env.VITE_INVITE_REGION), "invite");
`;
    expect(
      await changedBy({ "web/.env": env("europe-west1", "europe-west1", "us-central1"), "web/src/pay.ts": page }),
    ).toEqual({ "web/.env": env("europe-west3", "europe-west2", "europe-west3") });
  });

  it("are rewritten in firebase.json, whatever the form of the rewrite", async () => {
    const json = (one: string, two: string, three: string) => `{
  // Hosting alone
  "hosting": {
    "rewrites": [
      { "source": "/pay", "function": ${one} },
      { "source": "/refund", "function": { "functionId": "refund", "region": "${two}" } },
      {
        "source": "/invite",
        "function": {
          "functionId": "invite"${three},
          "pinTag": true
        }
      }
    ]
  }
}
`;
    const files = { "firebase.json": json('"pay"', "europe-west1", "") };
    // Two copies of a function: a rewrite without a region does not lead where it should.
    const live = [
      "pay@europe-west3",
      "pay@us-central1",
      "refund@europe-west3",
      "invite@europe-west2",
      "invite@us-central1",
    ];
    const outcome = await fix({ files, live });
    expect(outcome.said.mended.map(({ rule, function: name }) => [rule, name])).toHaveLength(3);
    expect(outcome.changed["firebase.json"]).toBe(
      json(
        '{ "functionId": "pay", "region": "europe-west3" }',
        "europe-west3",
        ',\n          "region": "europe-west2"',
      ),
    );
  });

  it("are rewritten in the name of a task queue", async () => {
    const source = (
      one: string,
      two: string,
      three: string,
    ) => `import { getFunctions } from "firebase-admin/functions";
const QUEUE = "refund";
export const a = () => getFunctions().taskQueue(${one}).enqueue({});
export const b = () => getFunctions().taskQueue(${two}).enqueue({});
export const c = () => getFunctions().taskQueue(${three}).enqueue({});
`;
    const long = "locations/europe-west3/functions/";
    expect(
      await changedBy({
        "web/server/tasks.ts": source("'pay'", "QUEUE", '"locations/europe-west1/functions/pay"'),
      }),
    ).toEqual({
      "web/server/tasks.ts": source(`'${long}pay'`, `\`${long}\${QUEUE}\``, `"${long}pay"`),
    });
  });
});
