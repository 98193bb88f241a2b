import { defineRule } from "../rule.ts";

/** Something `regions init` would not decide by itself: it stays a finding until somebody does. */
export const undecided = defineRule({
  id: "undecided",
  area: "fleet",
  severity: "warning",
  title: "a decision about a function's region is still open",
  needs: [],
  needsManifest: true,
  check(view, out) {
    for (const entry of view.manifest?.functions.values() ?? []) {
      if (entry.undecided === null) {
        out.pass();
        continue;
      }
      out.fail({
        message: `Nobody has decided where ${entry.name} belongs: ${entry.undecided.text}.`,
        mend: "Decide, put the class or region in place, and remove `undecided`.",
        function: entry.name,
        place: entry.undecided.place,
        impact: "later",
        region: null,
        expected: entry.regions,
        actual: null,
      });
    }
  },
});
