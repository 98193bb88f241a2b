import { canonicalUrl } from "../../model/function-url.ts";
import type { HolderUse } from "../holder-uses.ts";
import { judge } from "../judge.ts";
import { manifestLine, removal } from "../related.ts";
import { defineRule } from "../rule.ts";
import { holderLoses, holderName, listed } from "../wording.ts";

/** An outside system sends to a copy that is not wanted though the wanted one is live, or to an undeclared function. */
export const staleHolder = defineRule({
  id: "stale-holder",
  area: "holders",
  severity: "error",
  title: "an outside system sends to a copy that is not wanted",
  needs: [
    { source: "holders", facets: ["stripe", "twilio", "telegram", "scheduler", "task-queues", "push"] },
    { source: "deployed", facets: [], optional: true },
  ],
  needsManifest: true,
  check(view, out) {
    for (const kind of unaskedKinds()) out.unknown("*", `${kind} was not asked, and the manifest names it as a holder`);
    for (const held of view.holderUses) {
      const { holder, function: name, region } = held;
      if (!view.names.has(name)) continue; // orphaned-holder
      const placement = view.placementOf(name);
      if (region === null) {
        out.unknown(name, `the region in the URL of ${holderName(holder)} is not known`);
        continue;
      }
      if (placement.entry === null) {
        if (placement.copies.length > 0) failUndeclared(held, region);
        continue;
      }
      const judgement = judge(region, placement, view.fleet);
      if (judgement.kind === "fine") out.pass();
      if (judgement.kind === "unread") {
        out.unknown(
          judgement.region,
          "it was not read, so it is open where the functions that holders send to are live",
        );
      }
      // A copy's own job, queue or subscription goes with the copy.
      if (judgement.kind !== "stray" || (held.own && judgement.answer !== "silent")) continue;
      const { answer, expected } = judgement;
      if (held.own) {
        failLeftOver(held, region, expected);
        continue;
      }
      const consequence =
        answer === "silent"
          ? `nothing answers there, so ${holderLoses(holder)} are lost now`
          : answer === "answers"
            ? `a stray copy still answers there; pruning it loses ${holderLoses(holder)}`
            : `whether anything answers there was not looked at`;
      out.fail({
        message: `${holderName(holder)} sends to ${name} in ${region}; it belongs in ${listed(expected)}: ${consequence}.`,
        mend: mendOf(held, expected, region),
        function: name,
        place: null,
        impact: answer === "silent" ? "now" : "next",
        region,
        expected,
        actual: region,
        symbol: `${holder.kind} ${holder.id} ${holder.field}`,
        related: [
          { place: null, message: `${holder.field} of ${holder.kind} ${holder.id}: ${holder.url}` },
          ...manifestLine(placement),
        ],
      });
    }

    /**
     * The job, queue or subscription of a copy that is gone. Pointed at another copy, it would do the work a second time
     * beside the one that belongs there.
     */
    function failLeftOver({ holder, function: name }: HolderUse, region: string, expected: readonly string[]): void {
      const heir = view.holdersOf(name).find((use) => use.own && expected.includes(use.region ?? ""));
      out.fail({
        message: `${holderName(holder)} is left over from a copy of ${name} in ${region} that is gone: ${heir === undefined ? `nothing answers there, so ${holderLoses(holder)} are lost now` : `it fails each time, beside ${heir.holder.label} which does the work`}.`,
        mend:
          heir === undefined
            ? `Deploy ${name} to ${listed(expected, "or")} again, which brings one of its own, then delete this one.`
            : `Delete it: ${heir.holder.label} has taken its place.`,
        function: name,
        place: null,
        impact: heir === undefined ? "now" : "later",
        region,
        expected,
        actual: region,
        symbol: `${holder.kind} ${holder.id} ${holder.field}`,
        related: [
          { place: null, message: `${holder.field} of ${holder.kind} ${holder.id}: ${holder.url}` },
          ...manifestLine(view.placementOf(name)),
        ],
      });
    }

    /** The URL of a copy that is live, before that of one that may be. */
    function mendOf({ holder, function: name }: HolderUse, expected: readonly string[], region: string): string {
      const live = expected.find((one) => view.fleet.presence(name, one) === "live");
      const url = canonicalUrl(view.project ?? "PROJECT", live ?? expected[0] ?? region, name);
      return `Set its ${holder.field} to ${url}${live === undefined ? ", once the function is live there" : ""}.`;
    }

    function failUndeclared({ holder, function: name, own }: HolderUse, region: string): void {
      const copy = view.fleet.copyIn(name, region);
      // The copy's own job goes with it; the copy is a finding already.
      if (own && copy !== null) return;
      if (copy === null && view.fleet.presence(name, region) !== "absent") {
        out.unknown(region, "it was not read, so it is open where the functions that holders send to are live");
        return;
      }
      const unwanted = view.isExcepted(name) ? `leaves out of ${view.manifest?.environment.name}` : "does not know";
      const adoption = view.isExcepted(name)
        ? `Take ${name} out of \`except\``
        : `Declare ${name} with \`${view.command("sync")}\``;
      const live = view.fleet.copiesOf(name).map((one) => one.region);
      out.fail({
        message:
          copy === null
            ? `${holderName(holder)} sends to ${name} in ${region}, where nothing answers: ${holderLoses(holder)} are lost now. It is live in ${listed(live)}, undeclared.`
            : `${holderName(holder)} hangs on ${name} in ${region}, which ${view.manifest?.file} ${unwanted}: whoever tidies it away loses ${holderLoses(holder)}.`,
        mend: `${adoption}, or ${removal(view, name, region)}.`,
        function: name,
        place: null,
        impact: copy === null ? "now" : "next",
        region,
        expected: copy === null ? live : [],
        actual: region,
        symbol: `${holder.kind} ${holder.id} ${holder.field}`,
        related: [{ place: null, message: `${holder.field} of ${holder.kind} ${holder.id}: ${holder.url}` }],
      });
    }

    function unaskedKinds(): string[] {
      const asked = new Set<string>(view.holders?.asked ?? []);
      const named = new Set<string>();
      for (const entry of view.manifest?.functions.values() ?? []) for (const kind of entry.holders) named.add(kind);
      return [...named].filter((kind) => !asked.has(kind)).sort();
    }
  },
});
