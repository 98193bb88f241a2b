import { describe, expect, it } from "vitest";
import { visible, visibleJson, visibleLine } from "../../src/report/visible.ts";

describe("visible", () => {
  it.each([
    ["an escape sequence that clears the screen", "pay\u001b[2Jment", "pay\\u{1b}[2Jment"],
    ["a line break that would forge a line", "ok\nScore 10.0", "ok\\u{a}Score 10.0"],
    ["a carriage return", "bad\rgood", "bad\\u{d}good"],
    ["an 8-bit control sequence", "a\u009b31mb", "a\\u{9b}31mb"],
    ["a mark that reverses the reading order", "abc\u202ecba", "abc\\u{202e}cba"],
    ["an isolate", "\u2066x\u2069", "\\u{2066}x\\u{2069}"],
    ["a blank without width", "stripe\u200bWebhook", "stripe\\u{200b}Webhook"],
    ["a line separator", "a\u2028b", "a\\u{2028}b"],
    ["a byte order mark", "\ufeffname", "\\u{feff}name"],
    ["half of a surrogate pair", "a\ud800b", "a\\u{d800}b"],
    ["a tag character", "a\u{e0041}b", "a\\u{e0041}b"],
    ["a soft hyphen", "co\u00adop", "co\\u{ad}op"],
  ])("writes out %s", (_, text, expected) => {
    expect(visible(text)).toBe(expected);
  });

  it("leaves names of all languages as they are", () => {
    expect(visible("paiement_réussi 支払い оплата 🙂")).toBe("paiement_réussi 支払い оплата 🙂");
  });

  it("keeps the columns of a line with tabs", () => {
    expect(visibleLine("\t\tcall(x)")).toBe("  call(x)");
  });
});

describe("visibleJson", () => {
  it("writes as escapes what could act on a terminal, and means the same", () => {
    const value = { name: "a\u009b31m\u202eevil\u2028\u007f\u{e0041}🙂é\n", list: [1, null] };
    const text = visibleJson(JSON.stringify(value, null, 2));
    expect(JSON.parse(text)).toEqual(value);
    expect(text.split("\n")[1]).toBe('  "name": "a\\u009b31m\\u202eevil\\u2028\\u007f\\udb40\\udc41🙂é\\n",');
  });
});
