import type { RelatedPlace } from "../../model/place.ts";
import { type StrayFallback, strayFallbacks } from "../fallbacks.ts";
import { type Draft, defineRule } from "../rule.ts";
import type { Use } from "../uses.ts";
import { counted, listed, spot } from "../wording.ts";

/**
 * A committed env value that is wrong for every caller it feeds: one finding at its line; the callers are related. Or
 * one that is right, while the code falls back to a region that is not: one finding at the fallback.
 */
export const envRegion = defineRule({
  id: "env-region",
  area: "callers",
  severity: "error",
  title: "a committed env value contradicts where its functions belong",
  needs: [
    { source: "callers", facets: ["files"] },
    { source: "deployed", facets: [], optional: true },
    { source: "declared", facets: [], optional: true },
  ],
  needsManifest: false,
  check(view, out) {
    const { byEnv, leaningOnEnv, soundEnv } = view.callerVerdicts;
    out.pass(soundEnv);
    for (const fallback of strayFallbacks(view)) out.fail(contradiction(fallback));
    for (const [line, strays] of byEnv) {
      const [first] = strays;
      const place = first?.use.env;
      if (first === undefined || place === null || place === undefined) continue;
      const expected = [...new Set(strays.flatMap((stray) => stray.expected))];
      const actual = [...new Set(strays.flatMap((stray) => stray.regions))];
      const functions = [...new Set(strays.map((stray) => stray.use.function))];
      const answers = strays.filter((stray) => stray.answer === "answers").length;
      const silent = strays.filter((stray) => stray.answer === "silent").length;
      const itself = strays.length === 1 && first.use.place === place;
      const consequence =
        silent > 0
          ? `Nothing answers there${silent === strays.length ? "" : ` for ${silent} of them`}: every such call fails now.`
          : answers > 0
            ? `Stray copies still answer there; pruning them breaks ${itself ? "whoever reads the value" : "these callers"}.`
            : "Whether anything answers there was not looked at.";
      const variable = first.use.envName ?? "a value";
      const what = functions.length === 1 ? functions[0] : counted(functions.length, "function", "functions");
      const feeds = itself
        ? `${spot(place)} points ${variable} at ${what} in ${listed(actual)}`
        : `${spot(place)} sets ${variable} to ${listed(actual)}, and ${counted(strays.length, "caller reaches", "callers reach")} ${what} through it`;
      // Their functions have still to move: a new value would cut these callers off.
      const leaning = (leaningOnEnv.get(line) ?? []).filter((use) =>
        use.regions.some((region) => view.fleet.presence(use.function, region) !== "absent"),
      );
      const isUrl = itself || strays.every((stray) => stray.use.how === "url");
      const certain = strays.every((stray) => stray.use.certain);
      const live =
        expected.length === 1 && functions.every((name) => view.fleet.presence(name, expected[0] ?? "") === "live");
      out.fail({
        message: `${feeds}; ${functions.length === 1 ? "it belongs" : "they belong"} in ${listed(expected)}. ${consequence}`,
        mend: mend(),
        function: functions.length === 1 ? (functions[0] ?? null) : null,
        place,
        impact: silent > 0 ? "now" : "next",
        region: actual[0] ?? null,
        confidence: certain ? "certain" : "likely",
        expected,
        actual: actual.join(", "),
        fixable: view.manifest !== null && live && leaning.length === 0,
        symbol: variable,
        related: [
          ...(itself
            ? []
            : strays.map(({ use }) => ({ place: use.place, message: `calls ${use.function} through it` }))),
          ...fallbacksOf(strays.map(({ use }) => use)),
          ...leaning.map((use) => ({
            place: use.place,
            message: `calls ${use.function} through it, and needs ${listed(use.regions, "or")} until that function has moved`,
          })),
        ],
      });

      function mend(): string {
        if (expected.length !== 1) return "Its callers need different regions: give each group an instance of its own.";
        if (leaning.length > 0) {
          const others = listed([...new Set(leaning.map((use) => use.function))]);
          return `Give these callers an instance of their own in ${expected[0]}: ${others} cannot do without ${listed(actual)} yet.`;
        }
        const when = live ? "" : ` once ${functions.length === 1 ? "the function is" : "the functions are"} live there`;
        return isUrl ? `Put ${expected[0]} into its URL${when}.` : `Set it to ${expected[0]}${when}.`;
      }
    }
  },
});

/** What the code says beside a value that is wrong: the value and the code disagree as well. */
function fallbacksOf(uses: readonly Use[]): RelatedPlace[] {
  const found = new Map<string, RelatedPlace>();
  for (const { variable, region, place } of uses.flatMap((use) => use.fallbacks)) {
    if (place === null) continue;
    const message = `falls back to ${region} where ${variable} is not set`;
    found.set(`${place.file}:${place.line}:${message}`, { place, message });
  }
  return [...found.values()];
}

function contradiction({ place, variable, region, strays }: StrayFallback): Draft {
  const functions = [...new Set(strays.map(({ use }) => use.function))];
  const expected = [...new Set(strays.flatMap((stray) => stray.expected))];
  const env = strays[0]?.use.env ?? place;
  const sets = [...new Set(strays.flatMap(({ use }) => use.regions))];
  const what = functions.length === 1 ? functions[0] : counted(functions.length, "function", "functions");
  const verb = functions.length === 1 ? "belongs" : "belong";
  const there = strays.some(({ answer }) => answer === "silent")
    ? "where nothing answers"
    : strays.some(({ answer }) => answer === "answers")
      ? "where only stray copies answer"
      : "where they do not belong";
  return {
    message: `${spot(place)} falls back to ${region} where ${variable} is not set, and ${spot(env)} sets it to ${listed(sets)}; ${what} ${verb} in ${listed(expected)}. A build without that file calls ${there}.`,
    mend:
      expected.length === 1
        ? `Fall back to ${expected[0]} as well, or to nothing.`
        : "Fall back to nothing: its callers need different regions.",
    function: functions.length === 1 ? (functions[0] ?? null) : null,
    place,
    impact: "later",
    region,
    confidence: "likely",
    expected,
    actual: region,
    symbol: variable,
    snippet: `${variable} or ${region}`,
    related: [
      { place: env, message: `${variable} is set to ${listed(sets)} here` },
      ...strays.map(({ use }) => ({ place: use.place, message: `calls ${use.function} through it` })),
    ],
  };
}
