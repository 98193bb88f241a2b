/** An element of a document, as far as these tests look at it. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

const nameForm = "[A-Za-z_][\\w.-]*";
const open = new RegExp(`<(${nameForm})((?:\\s+${nameForm}="[^"<]*")*)\\s*(/?)>`, "y");
const close = new RegExp(`</(${nameForm})\\s*>`, "y");
const characters = /[^<]+/y;
const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

/**
 * Reads XML 1.0 and throws at whatever is not well-formed. Knows elements, attributes, text and the five entities, and
 * refuses the rest (comments, sections, processing instructions): a report has none of them.
 */
export function parseXml(source: string): Element {
  if (!source.startsWith(declaration)) throw new Error("no declaration");
  const text = source.slice(declaration.length).trimEnd();
  const root: Element = { name: "", attributes: {}, children: [], text: "" };
  const stack = [root];
  let at = 0;
  const take = (form: RegExp): RegExpExecArray | null => {
    form.lastIndex = at;
    const match = form.exec(text);
    if (match !== null) at = form.lastIndex;
    return match;
  };
  while (at < text.length) {
    const parent = stack.at(-1) ?? root;
    const opened = take(open);
    if (opened !== null) {
      const [, name = "", attributes = "", empty] = opened;
      const element: Element = { name, attributes: attributesOf(attributes), children: [], text: "" };
      parent.children.push(element);
      if (empty === "") stack.push(element);
      continue;
    }
    const closed = take(close);
    if (closed !== null) {
      if (closed[1] !== parent.name) throw new Error(`</${closed[1]}> closes <${parent.name}>`);
      stack.pop();
      continue;
    }
    const run = take(characters);
    if (run === null) throw new Error(`not well-formed at: ${text.slice(at, at + 60)}`);
    parent.text += plain(run[0]);
  }
  const [only, ...others] = root.children;
  if (stack.length !== 1 || only === undefined || others.length > 0 || root.text !== "")
    throw new Error("not one root");
  return only;
}

function attributesOf(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name = "", value = ""] of text.matchAll(new RegExp(`(${nameForm})="([^"]*)"`, "g"))) {
    if (name in found) throw new Error(`${name} stands twice`);
    found[name] = plain(value);
  }
  return found;
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function plain(text: string): string {
  if (/]]>/.test(text)) throw new Error("]]> in text");
  const forbidden = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.exec(text);
  if (forbidden !== null) throw new Error(`U+${forbidden[0].codePointAt(0)?.toString(16)} is no character of XML`);
  return text.replace(/&([^;&]*;?)/g, (all, name: string) => {
    const known = entities[name.replace(/;$/, "")];
    if (known === undefined || !name.endsWith(";")) throw new Error(`${all} is no entity`);
    return known;
  });
}
