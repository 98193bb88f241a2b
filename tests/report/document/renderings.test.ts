import { createHash } from "node:crypto";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { htmlPage } from "../../../src/report/document/html/page.ts";
import { documentJson } from "../../../src/report/document/json.ts";
import { markdownDocument } from "../../../src/report/document/markdown/document.ts";
import { documentSchema } from "../../../src/report/document/schema.ts";
import { jsonSchemaOf } from "../../../src/report/schema.ts";
import { emptyDocument, gapDocument, hostileDocument, shopDocument } from "./sample.ts";

const hash = (text: string) => `sha256-${createHash("sha256").update(text).digest("base64")}`;
const pageOf = (document: ReturnType<typeof shopDocument>) => htmlPage(document, "1.2.3", hash);
const documents = { shop: shopDocument, gap: gapDocument, empty: emptyDocument, hostile: hostileDocument };

describe.each(Object.entries(documents))("of %s", (_, make) => {
  it("the page names nothing outside itself, and its policy allows its own style and script alone", () => {
    const page = pageOf(make());
    const [style = "", script = ""] = [/<style>([\s\S]*?)<\/style>/, /<script>([\s\S]*?)<\/script>/].map(
      (form) => form.exec(page)?.[1],
    );
    expect(page).toContain(
      `content="default-src 'none'; style-src '${hash(style)}'; script-src '${hash(script)}'; img-src data:; base-uri 'none'; form-action 'none'"`,
    );
    expect(page.match(/<script|<style|<img|<iframe|<object|<base/g)).toEqual(["<style", "<script"]);
    // Attributes that a policy of hashes would not let work, and addresses that lead anywhere else.
    const tags = page
      .replace(style, "")
      .replace(script, "")
      .replace(/"[^"]*"/g, '""');
    expect(tags.match(/<[^>]*\s(?:style|on\w+)=/g)).toBeNull();
    expect(
      [...page.matchAll(/ (?:href|src|action)="([^"]*)"/g)].filter(([, to = ""]) => !/^(?:#|data:,$)/.test(to)),
    ).toEqual([]);
  });

  it("every address on the page leads to something on it", () => {
    const page = pageOf(make());
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const targets = [...page.matchAll(/ href="#([^"]*)"/g)]
      .map(([, id = ""]) => id)
      .filter((id) => !id.startsWith("map?"));
    expect(targets.filter((id) => !ids.includes(id))).toEqual([]);
  });

  it("the data is what its schema says, and means the same when read back", () => {
    const document = make();
    const validate = new Ajv2020({ strict: false }).compile(jsonSchemaOf(documentSchema, "report"));
    const read: unknown = JSON.parse(documentJson(document));
    expect(validate(read) || validate.errors).toBe(true);
    expect(read).toEqual(JSON.parse(JSON.stringify(document)));
  });

  it("no rendering holds a character that reorders or hides text", () => {
    const texts = [pageOf(make()), markdownDocument(make()), documentJson(make())];
    for (const text of texts)
      expect(text.replaceAll("\n", "").replace(/@&#8203;/g, "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
  });
});

it("Markdown makes no markup, link or cell of a name", () => {
  const text = markdownDocument(hostileDocument());
  const outside = text.replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, "");
  expect(outside).not.toMatch(/<(?!sub)|javascript:window\.hurt=2\)(?<!\\\))/);
  for (const [heading = "", line = "", ...rows] of tablesOf(text)) {
    const cells = cellsOf(heading);
    expect(cellsOf(line)).toBe(cells);
    expect(rows.map(cellsOf).filter((number) => number !== cells)).toEqual([]);
  }
});

it("what was not seen comes first, and last only where all was seen", () => {
  const headings = (text: string) => [...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title);
  expect(headings(markdownDocument(gapDocument()))[0]).toBe("What was not seen");
  const whole = { ...shopDocument(), openQuestions: [], unread: [] };
  const seen = { ...whole, verdict: { ...whole.verdict, notAsked: [], gaps: 0 } };
  expect(headings(markdownDocument(seen)).at(-2)).toBe("What was not seen");
});

it("the page of nothing says that nothing was judged", () => {
  const page = pageOf(emptyDocument());
  expect(/<h1>(.*)<\/h1>/.exec(page)?.[1]).toBe("Nothing was judged.");
  expect(page).toContain("Not asked: declared, callers, deployed, holders, state;");
  expect(page).not.toContain('class="masthead clean"');
});

function tablesOf(text: string): string[][] {
  return text
    .split("\n\n")
    .map((part) => part.split("\n").filter((line) => line.startsWith("|")))
    .filter((lines) => lines.length > 0);
}

/** Cells as GitHub splits them: at every bar without a backslash before it, in code too. */
function cellsOf(line: string): number {
  return line.split(/(?<!\\)\|/).length - 2;
}
