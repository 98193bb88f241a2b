import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Project } from "../../src/sources/code/project.ts";
import { findUnexported } from "../../src/sources/declared/unexported.ts";

const files = {
  "functions/package.json": '{ "main": "src/index.ts", "dependencies": { "firebase-functions": "6.1.0" } }',
  "functions/src/index.ts": 'export { pay } from "./payments";\n// export { refund } from "./payments";\n',
  "functions/src/payments.ts": `import { onCall } from "firebase-functions/v2/https";

export const pay = onCall(() => 1);
export const refund = onCall(() => 2);
export const charge = (amount: number) => amount;
/* export const chargeBack = onCall(() => 3); */
`,
  "web/src/sample.ts": `import { onCall } from "firebase-functions/v2/https";
export const refund = onCall(() => 4);
`,
};

let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "regions-unexported-"));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(root, file, ".."), { recursive: true });
    writeFileSync(join(root, file), text);
  }
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

it("finds functions that a file of the codebase defines, and nothing else of that name", async () => {
  const names = new Set(["refund", "charge", "chargeBack", "nowhere", "not-a-word"]);
  expect(findUnexported(await Project.open(root), [{ name: "default", source: "functions" }], names)).toEqual([
    { name: "refund", codebase: "default", file: "functions/src/payments.ts", line: 4, column: 14, endLine: 4 },
  ]);
});
