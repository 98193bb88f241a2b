import { dependents } from "../related.ts";
import { defineRule } from "../rule.ts";
import { goneIn, goneLines, putBack } from "../state-lines.ts";
import { listed } from "../wording.ts";

/** Declared, and live nowhere; or wanted in several regions and absent from some of them. */
export const missingFunction = defineRule({
  id: "missing-function",
  area: "fleet",
  severity: "error",
  title: "a declared function is not deployed",
  needs: [{ source: "deployed", facets: ["functions"] }],
  needsManifest: true,
  check(view, out) {
    for (const placement of view.placements()) {
      const { name, entry, standing, wanted, copies, absentWanted } = placement;
      if (standing === "unknown" && copies.length === 0) {
        // A gap in the list of functions is passed on as not checked.
        if (!placement.certain) {
          out.unknown(
            listed(wanted),
            "the list shows nothing there, and cannot tell an empty region from one it did not reach",
          );
        }
        continue;
      }
      const partly = standing === "in-place" && absentWanted.length > 0;
      if (standing === "in-place" && !partly && placement.unreadWanted.length === 0) out.pass();
      if (standing !== "missing" && !partly) continue;
      if (partly && !placement.certain) {
        out.unknown(
          listed(absentWanted),
          "the list shows nothing there, and cannot tell an empty region from one it did not reach",
        );
        continue;
      }
      const related = dependents(view, placement, partly ? absentWanted : null);
      const exported = view.exportsOf(name).length > 0;
      const readWhole =
        view.declared !== null && view.declared.unresolved.length === 0 && view.gapsOf("declared").length === 0;
      const noSource = readWhole && !exported ? " No codebase exports it either." : "";
      const isGone = goneIn(view, name, absentWanted).length > 0;
      const failing = related.length > 0 ? "Every call to " : "";
      const subject = failing === "" ? `${name} is live nowhere` : `${failing}${name} fails: it is live nowhere`;
      out.fail({
        message: partly
          ? `${name} is not live in ${listed(absentWanted)}, where it is wanted as well as in ${listed(placement.liveWanted)}.`
          : `${subject}; it belongs in ${listed(wanted)}.${noSource}`,
        mend: isGone
          ? `Make it again: ${putBack(view)}; or take it out of ${view.manifest?.file}.`
          : noSource === ""
            ? `Deploy it to ${listed(absentWanted)}${deployCommand()}, or take it out of ${view.manifest?.file}.`
            : `Take it out of ${view.manifest?.file} with \`${view.command("sync")}\`, or bring its source back.`,
        function: name,
        place: entry?.place ?? null,
        impact: related.length > 0 ? "now" : "later",
        region: absentWanted[0] ?? null,
        expected: wanted,
        actual: partly ? placement.liveWanted.join(", ") : null,
        related: [...related, ...goneLines(view, name, absentWanted)],
      });

      function deployCommand(): string {
        const codebase = view.manifest?.codebases.get(entry?.codebase ?? "");
        return codebase?.deployer === "firebase" ? ` (\`firebase deploy --only functions:${name}\`)` : "";
      }
    }
  },
});
