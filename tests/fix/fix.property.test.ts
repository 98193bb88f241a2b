import fc from "fast-check";
import { expect, it } from "vitest";
import { open, type Shop } from "./shop.ts";

/* Shops whose pages reach functions in every form, right and wrong, in every style of file. */

const names = ["pay", "refund", "register", "invite", "list", "stats"] as const;
const regions = ["europe-west1", "europe-west2", "europe-west3", "us-central1"] as const;

interface Style {
  readonly quote: string;
  readonly end: string;
  readonly semicolon: string;
  readonly mark: string;
}

const style: fc.Arbitrary<Style> = fc.record({
  quote: fc.constantFrom("'", '"'),
  end: fc.constantFrom("\n", "\r\n"),
  semicolon: fc.constantFrom(";", ""),
  mark: fc.constantFrom("", "\uFEFF"),
});

const clients = ["core", "payments", "near", "fromEnv", "plain"] as const;
const forms = ["inline", "client", "constant", "address", "wrapper", "queue"] as const;

const call = fc.record({
  name: fc.constantFrom(...names),
  form: fc.constantFrom(...forms),
  client: fc.constantFrom(...clients),
  region: fc.constantFrom(...regions),
});
type Call = typeof call extends fc.Arbitrary<infer T> ? T : never;

function pageOf(calls: readonly Call[], { quote: q, end, semicolon, mark }: Style): string {
  const used = [...new Set(calls.filter(({ form }) => form === "client").map(({ client }) => client))];
  const lines = [
    `import { getFunctions, httpsCallable } from ${q}firebase/functions${q}${semicolon}`,
    `import { getFunctions as admin } from ${q}firebase-admin/functions${q}${semicolon}`,
    `import { call } from ${q}./call${q}${semicolon}`,
    ...(used.length === 0 ? [] : [`import { ${used.join(", ")} } from ${q}./clients${q}${semicolon}`]),
  ];
  for (const [index, { name, form, client, region }] of calls.entries()) {
    const value: Record<(typeof forms)[number], string> = {
      inline: `httpsCallable(getFunctions(undefined, ${q}${region}${q}), ${q}${name}${q})`,
      client: `httpsCallable(${client}, ${q}${name}${q})`,
      constant: `httpsCallable(getFunctions(undefined, REGION${index}), ${q}${name}${q})`,
      address: `() => fetch(${q}https://${region}-acme-prod.cloudfunctions.net/${name}${q})`,
      wrapper: `() => call(${q}${name}${q})`,
      queue: `() => admin().taskQueue(${q}locations/${region}/functions/${name}${q})`,
    };
    if (form === "constant") lines.push(`const REGION${index} = ${q}${region}${q}${semicolon}`);
    lines.push(`export const c${index} = ${value[form]}${semicolon} // ${name} in ${region}`);
  }
  return `${mark}${lines.join(end)}${end}`;
}

const shop: fc.Arbitrary<Shop> = fc
  .record({
    pages: fc.array(fc.tuple(fc.array(call, { minLength: 1, maxLength: 4 }), style), { minLength: 1, maxLength: 3 }),
    clientRegions: fc.tuple(fc.constantFrom(...regions), fc.constantFrom(...regions), fc.constantFrom(...regions)),
    env: fc.constantFrom(...regions),
    wrapper: fc.constantFrom(...regions),
    live: fc.subarray(names.flatMap((name) => regions.map((region) => `${name}@${region}`))),
  })
  .map(({ pages, clientRegions: [core, payments, near], env, wrapper, live }) => {
    const files: Record<string, string> = {
      "web/.env": `# ${env}\nVITE_REGION=${env} # shared\n`,
      "web/clients.ts": `import { getFunctions } from "firebase/functions";
export const core = getFunctions(undefined, "${core}");
export const payments = getFunctions(undefined, "${payments}");
export const near = getFunctions(undefined, "${near}");
export const fromEnv = getFunctions(undefined, import.meta.env.VITE_REGION);
export const plain = getFunctions();
`,
      "web/call.ts": `import { getFunctions, httpsCallable } from "firebase/functions";
export const call = (name: string) => httpsCallable(getFunctions(undefined, "${wrapper}"), name);
`,
    };
    for (const [index, [calls, how]] of pages.entries()) files[`web/page${index}.ts`] = pageOf(calls, how);
    return { files, live };
  });

it("mends all it says it can, touches nothing else, and has nothing to do the second time", async () => {
  await fc.assert(
    fc.asyncProperty(shop, async (one) => {
      const opened = open(one);
      try {
        const audit = async () =>
          JSON.parse((await opened.run(["audit", "--format", "json", "--deployed", "listing.json"])).stdout).findings;
        const before: { rule: string; fixable: boolean }[] = await audit();
        const ran = await opened.run(["fix", "--yes", "--format", "json", "--deployed", "listing.json"]);
        const said = JSON.parse(ran.stdout);
        expect(["written", "nothing to do"]).toContain(said.status);
        expect(said.mended).toHaveLength(before.filter(({ fixable }) => fixable).length);
        const touched = new Set(said.files.map(({ file }: { file: string }) => file));
        for (const [file, text] of Object.entries(one.files))
          if (!touched.has(file)) expect(opened.read(file)).toBe(text);
        const after: { rule: string; fixable: boolean }[] = await audit();
        expect(after.filter(({ fixable }) => fixable)).toEqual([]);
        expect(after).toHaveLength(before.length - said.mended.length);
        const again = await opened.run(["fix", "--yes", "--format", "json", "--deployed", "listing.json"]);
        expect(JSON.parse(again.stdout)).toMatchObject({ status: "nothing to do", files: [] });
      } finally {
        opened.remove();
      }
    }),
    { numRuns: 25 },
  );
}, 120_000);
