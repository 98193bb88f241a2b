export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** All text directly within, trimmed. */
  readonly text: string;
}

const token =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([A-Za-z][\w.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|([^<]+)/gy;

/** The root of a document of elements, attributes and text, which is what TwiML is; null for anything that is none. */
export function parseXml(source: string): XmlElement | null {
  const text = source.replace(/^\uFEFF/, "").trim();
  const top: Open = { name: "", attributes: {}, children: [], text: "" };
  const stack: Open[] = [top];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    const current = stack.at(-1);
    if (match === null || current === undefined) return null;
    const [, data, closing, name, attributes = "", selfClosing, plain] = match;
    if (data !== undefined) current.text += data;
    else if (plain !== undefined) current.text += decoded(plain);
    else if (name === undefined) continue;
    else if (closing === "/") {
      if (stack.length < 2 || current.name !== name) return null;
      stack.pop();
    } else {
      const element: Open = { name, attributes: attributesOf(attributes), children: [], text: "" };
      current.children.push(element);
      if (selfClosing !== "/") stack.push(element);
    }
  }
  const [root, ...others] = top.children;
  if (stack.length !== 1 || root === undefined || others.length > 0 || top.text.trim() !== "") return null;
  return trimmed(root);
}

interface Open {
  name: string;
  attributes: Record<string, string>;
  children: Open[];
  text: string;
}

function trimmed(element: Open): XmlElement {
  return { ...element, text: element.text.trim(), children: element.children.map(trimmed) };
}

function attributesOf(text: string): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [, name = "", double, single] of text.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
    result[name] = decoded(double ?? single ?? "");
  }
  return result;
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function decoded(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
      if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
      return entities[name ?? ""] ?? whole;
    },
  );
}
