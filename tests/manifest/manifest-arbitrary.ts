import fc from "fast-check";

/** A line of a generated manifest with the entry it belongs to ("function a", "class core", …); null for the rest. */
export interface OwnedLine {
  readonly text: string;
  readonly owner: string | null;
}

export interface GeneratedManifest {
  readonly lines: readonly OwnedLine[];
  readonly eol: string;
  readonly text: string;
  readonly functions: readonly string[];
}

const classNames = ["core", "payments", "calls"];
const names = [
  "alpha",
  "betaWebhook",
  "gamma_task",
  "delta-x",
  "constructor",
  "null",
  "on",
  "123",
  "zeta",
  "eta",
  "toString",
];
const quotes = fc.constantFrom("", "'", '"');
const note = fc.nat(999_999).map((number) => `note-${number}`);
const trailing = fc.option(note, { nil: null }).map((text) => (text === null ? "" : `   # ${text}`));

interface Shape {
  readonly name: string;
  readonly lines: readonly string[];
}

/** One function in any of the ways a person writes it. */
const functionShape = (name: string): fc.Arbitrary<Shape> =>
  fc
    .record({
      keyQuote: quotes,
      valueQuote: quotes,
      style: fc.constantFrom("short", "flow", "flow-lines", "block"),
      className: fc.constantFrom(...classNames),
      cpu: fc.constantFrom(0.1666, 1, 2),
      moving: fc.boolean(),
      notes: fc.tuple(trailing, trailing, trailing, trailing),
    })
    .map(({ keyQuote, valueQuote, style, className, cpu, moving, notes }) => {
      const key = `${keyQuote}${name}${keyQuote}`;
      const home = `${valueQuote}${className}${valueQuote}`;
      const move = "{ from: us-central1, until: 2026-12-01 }";
      const [first, second, third, fourth] = notes;
      if (style === "short") return { name, lines: [`  ${key}: ${home}${first}`] };
      if (style === "flow") {
        return {
          name,
          lines: [`  ${key}: { class: ${home}, cpu: ${cpu}${moving ? `, moving: ${move}` : ""} }${first}`],
        };
      }
      if (style === "flow-lines") {
        const tail = moving ? [`      moving: ${move}${third}`] : [];
        return {
          name,
          lines: [
            `  ${key}: {${first}`,
            `      class: ${home},${second}`,
            `      cpu: ${cpu}${moving ? "," : ""}`,
            ...tail,
            `    }${fourth}`,
          ],
        };
      }
      const tail = moving ? [`    moving:${third}`, "      from: us-central1", `      until: 2026-12-01${fourth}`] : [];
      return { name, lines: [`  ${key}:${first}`, `    class: ${home}${second}`, `    cpu: ${cpu}`, ...tail] };
    });

const between = fc.constantFrom("", "blank", "comment", "comment-blank");

/** A manifest that parses: any style, comments everywhere, LF or CRLF, with or without a last line end. */
export const manifestArbitrary: fc.Arbitrary<GeneratedManifest> = fc
  .record({
    shapes: fc
      .uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: names.length })
      .chain((chosen) => fc.tuple(...chosen.map(functionShape))),
    gaps: fc.array(fc.tuple(between, note), { minLength: names.length, maxLength: names.length }),
    classNotes: fc.tuple(trailing, trailing, trailing),
    ignores: fc.array(fc.tuple(fc.boolean(), trailing), { maxLength: 3 }),
    eol: fc.constantFrom("\n", "\r\n"),
    lastEnd: fc.boolean(),
    functionsLast: fc.boolean(),
  })
  .map(({ shapes, gaps, classNotes, ignores, eol, lastEnd, functionsLast }) => {
    const lines: OwnedLine[] = [];
    const push = (owner: string | null, ...texts: string[]) => {
      for (const text of texts) lines.push({ text, owner });
    };
    push(null, "# head of the file", "version: 1", "environments:");
    push("environment production", "  production: { project: acme-prod }   # where customers are");
    push(null, "regions: { europe-west1: {}, europe-west3: {}, us-central1: {} }", "", "classes:   # homes");
    for (const [index, name] of classNames.entries()) {
      push(`class ${name}`, `  ${name}: { region: europe-west${index === 0 ? 1 : 3} }${classNotes[index] ?? ""}`);
    }
    const functions = () => {
      push(null, "functions:   # every one");
      for (const [index, shape] of shapes.entries()) {
        const [gap, text] = gaps[index] ?? ["", ""];
        if (gap === "blank" || gap === "comment-blank") push(null, "");
        if (gap === "comment" || gap === "comment-blank") push(null, `  # ${text}`);
        push(`function ${shape.name}`, ...shape.lines);
      }
    };
    if (!functionsLast) functions();
    if (ignores.length > 0) push(null, "ignore:");
    for (const [index, [block, text]] of ignores.entries()) {
      const owner = `ignore ${index}`;
      if (block) push(owner, `  - rule: undecided${text}`, "    reason: known");
      else push(owner, `  - { rule: undecided, reason: known }${text}`);
    }
    if (functionsLast) functions();
    push(null, "# tail of the file");
    const text = lines.map((line) => line.text).join(eol) + (lastEnd ? eol : "");
    return { lines, eol, text, functions: shapes.map((shape) => shape.name) };
  });
