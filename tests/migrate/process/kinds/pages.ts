import { from, type Kind, name, project, type Scene, to } from "../scene.ts";

const day = 86_400_000;
const page = "web/src/page.js";

/** Region that each page was built with which is open now. */
const open = new WeakMap<Scene, string>();
let count = 0;

/** Somebody uses the page that is open since the last time, and one that was just built. */
async function use(scene: Scene, body: (id: string) => object): Promise<readonly string[]> {
  const built = regionIn(scene.read(page));
  const ids: string[] = [];
  for (const region of [open.get(scene) ?? built, built]) {
    count += 1;
    const id = `call-${count}`;
    ids.push(id);
    // Whether it is answered, the count shows.
    await scene.ask("POST", `${project}/${region}/${name}`, body(id)).catch(() => {});
  }
  open.set(scene, built);
  return ids;
}

/** The one region that a text names. */
export function regionIn(text: string): string {
  const [region, ...others] = [from, to].filter((one) => text.includes(one));
  if (region === undefined || others.length > 0) throw new Error(`the source names not one region:\n${text}`);
  return region;
}

const textOf = (body: Uint8Array) => JSON.parse(Buffer.from(body).toString("utf8"));

/** Called by pages through Firebase's SDK. */
export const callable: Kind = {
  seed: { functions: [{ name, region: from, trigger: "callable", runtime: "nodejs22" }] },
  files: {
    "functions/index.js": `import { onCall } from "firebase-functions/v2/https";
export const ${name} = onCall(() => ({}));
`,
    "web/package.json": '{ "name": "web", "dependencies": { "firebase": "*" } }',
    [page]: `import { getFunctions, httpsCallable } from "firebase/functions";
export const call = httpsCallable(getFunctions(undefined, "${from}"), "${name}");
`,
  },
  line: ", trigger: callable",
  callers: true,
  hasLedger: true,
  eventOf: ({ body }) => textOf(body).data.id,
  send: (scene) => use(scene, (id) => ({ data: { id } })),
  patienceMs: day,
  sendsAtPoints: true,
};

/** Called by its address. */
export const https: Kind = {
  ...callable,
  seed: { functions: [{ name, region: from, trigger: "https", runtime: "nodejs22" }] },
  files: {
    "functions/index.js": `import { onRequest } from "firebase-functions/v2/https";
export const ${name} = onRequest((request, response) => response.json({}));
`,
    "web/package.json": '{ "name": "web" }',
    [page]: `export const send = (body) =>
  fetch("https://${from}-${project}.cloudfunctions.net/${name}", { method: "POST", body: JSON.stringify(body) });
`,
  },
  line: ", trigger: https",
  eventOf: ({ body }) => textOf(body).id,
  send: (scene) => use(scene, (id) => ({ id })),
};
