import { defineRule } from "../rule.ts";

/** An `ignore` past its date hides nothing any more, and waits for a decision. */
export const expiredIgnore = defineRule({
  id: "expired-ignore",
  area: "upkeep",
  severity: "warning",
  title: "an ignore has passed its date",
  needs: [],
  needsManifest: true,
  check(view, out) {
    for (const ignore of view.manifest?.ignores ?? []) {
      if (ignore.until === null || view.today <= ignore.until) {
        out.pass();
        continue;
      }
      const whose = ignore.owner === null ? "" : ` ${ignore.owner} answers for it.`;
      const what = ignore.function ?? ignore.file ?? ignore.region ?? "everything";
      out.fail({
        message: `The ignore of ${ignore.rule} for ${what} ended on ${ignore.until} and hides nothing any more.${whose}`,
        mend: "Mend what it hid and remove it, or give it a new date and reason.",
        function: ignore.function,
        place: ignore.place,
        impact: "later",
        region: ignore.region,
        expected: [],
        actual: ignore.until,
        symbol: `${ignore.rule} ${ignore.function} ${ignore.region} ${ignore.file}`,
      });
    }
  },
});
