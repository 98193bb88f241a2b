import { defineRule } from "../rule.ts";
import { counted, listed, spot } from "../wording.ts";

/** A committed env value that is wrong for every caller it feeds. One finding at its line; the callers are related. */
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
