import type { DeployedFunction } from "../../model/deployed.ts";
import type { Drift, StateCopy } from "../../model/state.ts";
import { clausesOf, differenceLines, differencesOf, isWrittenDown } from "../drift-words.ts";
import { addTo } from "../multimap.ts";
import { manifestLine } from "../related.ts";
import { isLostPublic } from "../remembered.ts";
import { defineRule } from "../rule.ts";
import { isPlanned, putBack, saysAbsent, saysStray, stateOf } from "../state-lines.ts";
import { counted } from "../wording.ts";

/**
 * State, cloud and manifest compared. What is missing in the cloud, or is there and should not be, has findings of its
 * own, which then tell what the state says of it; here is what nobody else can see.
 */
export const drift = defineRule({
  id: "drift",
  area: "fleet",
  severity: "error",
  title: "what is there is not what the last deployment left",
  needs: [
    { source: "state", facets: ["state", "resources"] },
    { source: "deployed", facets: ["functions"], optional: true },
  ],
  isAsked: (view) => view.asked("state"),
  needsManifest: true,
  check(view, out) {
    const { manifest, remembered } = view;
    if (manifest === null || remembered === null) return;
    const { file } = manifest;
    const state = stateOf(view);
    const handedOver = new Map<string, StateCopy[]>();
    for (const copy of remembered.facts.copies) checkCopy(copy);
    for (const [name, copies] of handedOver) failHandedOver(name, copies);
    if (view.asked("deployed")) checkUnknown();
    else out.unknown("*", "deployed functions were not asked for, and some may be unknown to the state");
    for (const [owner, drifts] of remembered.aroundFunctions) failAround(owner, drifts);
    if (remembered.facts.interrupted > 0) failInterrupted(remembered.facts.interrupted);

    function checkCopy(copy: StateCopy): void {
      const { function: name, region, adopted, compared } = copy;
      const placement = view.placementOf(name);
      const isGone = remembered?.isGone(name, region) === true;
      if (!isPlanned(view, name, region)) {
        const codebase = placement.entry?.codebase ?? "";
        const isWanted = placement.entry?.regions.includes(region) === true;
        if (isGone) failForgotten(copy);
        // Nothing touches what was adopted and is not decided on.
        else if (isWanted && !adopted) addTo(handedOver, codebase, copy);
        else if (!adopted && !saysStray(placement, view, region)) failUnwanted(copy);
        return;
      }
      if (isGone) {
        if (!saysAbsent(placement, view, region)) failGone(copy);
        return;
      }
      const drifts = remembered?.driftsOf(name, region) ?? [];
      const told = drifts.filter((one) => !(isLostPublic(one) && saysUnreachable(name, region)));
      if (told.length > 0) failChanged(copy, told);
      // What could not be compared is passed on as not checked; a lost invoker is another rule's finding.
      else if (compared && drifts.length === 0) out.pass();
    }

    /** unreachable-function has the finding. */
    function saysUnreachable(name: string, region: string): boolean {
      const live = view.fleet.copyIn(name, region);
      return live?.invoker === "restricted" && (live.trigger === "https" || live.trigger === "callable");
    }

    function failGone({ function: name, region, generation }: StateCopy): void {
      const placement = view.placementOf(name);
      const other = view.fleet.copyIn(name, region);
      const answers =
        other === null
          ? "every call to it fails"
          : `what answers there now${other.generation === null || other.generation === generation ? "" : ` is of generation ${other.generation}, and`} was deployed by somebody else`;
      out.fail({
        message: `${name} is gone from ${region}, where ${state} still holds it: ${answers}.`,
        mend:
          other === null
            ? `Make it again: ${putBack(view)}.`
            : `Look at what a deployment would do with it: \`${view.command("preview --refresh")}\`.`,
        function: name,
        place: null,
        impact: other === null ? "now" : "next",
        region,
        symbol: "gone",
        expected: placement.accepted,
        actual: null,
        related: manifestLine(placement),
      });
    }

    function failForgotten({ function: name, region }: StateCopy): void {
      out.fail({
        message: `${name} is gone from ${region}, where nobody wants it, and ${state} still holds it.`,
        mend: `Let the state forget it: ${putBack(view)}.`,
        function: name,
        place: null,
        impact: "later",
        severity: "warning",
        region,
        symbol: "forgotten",
        expected: view.placementOf(name).accepted,
        actual: null,
        related: manifestLine(view.placementOf(name)),
      });
    }

    function failChanged({ function: name, region }: StateCopy, drifts: readonly Drift[]): void {
      const placement = view.placementOf(name);
      const differences = differencesOf(drifts, placement.entry);
      const isSettled = differences.every(isWrittenDown);
      const tool = differences.find(({ field }) => field === toolField)?.cloud ?? null;
      const where = `${name} in ${region}`;
      const isLoss = differences.every(({ field }) => field === null);
      const plain = isLoss ? "has lost what was deployed with it" : "is not what was deployed";
      const what = tool === null ? `${where} ${plain}` : `${tool} has deployed ${where} since`;
      const named = clausesOf(differences.filter(({ field }) => field !== toolField));
      out.fail({
        message: `${what}${named === "" ? "" : `: ${named}`}.${isSettled ? ` ${file} wants it so by now.` : ""}`,
        mend: isSettled
          ? `Deploy, so that the state knows it: ${putBack(view)}.`
          : `Put it back with ${putBack(view)}; if the change is meant, write it into ${file} or the code first.`,
        function: name,
        place: null,
        impact: drifts.some(stopsWork) ? "now" : isSettled ? "later" : "next",
        severity: isSettled ? "warning" : "error",
        region,
        symbol: "changed",
        expected: placement.accepted,
        actual: region,
        related: [...differenceLines(differences, file), ...manifestLine(placement)],
        differences,
      });
    }

    function failUnwanted({ function: name, region }: StateCopy): void {
      const placement = view.placementOf(name);
      const said = placement.entry === null ? "does not know it" : "does not want it there";
      out.fail({
        message: `${name} in ${region} is in ${state}, and ${file} ${said}: the next \`regions deploy\` deletes it.`,
        mend: `See it in \`${view.command("preview")}\`, and deploy; if it is to stay, write it into ${file}.`,
        function: name,
        place: null,
        impact: "next",
        severity: "warning",
        region,
        symbol: "unwanted",
        expected: placement.accepted,
        actual: region,
        related: manifestLine(placement),
      });
    }

    function failHandedOver(codebase: string, copies: readonly StateCopy[]): void {
      const place = manifest?.codebases.get(codebase)?.place ?? null;
      const many = counted(copies.length, "function", "functions");
      out.fail({
        message: `The next \`regions deploy\` deletes ${many} that ${file} wants: ${state} holds ${copies.length === 1 ? "it" : "them"}, and codebase ${codebase} is deployed by firebase now.`,
        mend: `Give codebase ${codebase} \`deployer: pulumi\` again before anybody deploys.`,
        function: null,
        place,
        impact: "next",
        region: null,
        symbol: `codebase ${codebase}`,
        related: copies.map(({ function: name, region }) => ({ place: null, message: `${name} in ${region}` })),
      });
    }

    function checkUnknown(): void {
      const known = new Set(remembered?.facts.copies.map((copy) => manifest?.functions.get(copy.function)?.codebase));
      const unknown = new Map<string, DeployedFunction[]>();
      for (const copy of view.fleet.functions) {
        if (!isPlanned(view, copy.name, copy.region)) continue;
        if (remembered?.copyIn(copy.name, copy.region) !== null) continue;
        addTo(unknown, manifest?.functions.get(copy.name)?.codebase ?? "", copy);
      }
      for (const [codebase, copies] of unknown) {
        if (copies.length > 1 && !known.has(codebase)) failUnknownCodebase(codebase, copies);
        else for (const copy of copies) failUnknown(copy);
      }
    }

    function failUnknown({ name, region, deployer }: DeployedFunction): void {
      const placement = view.placementOf(name);
      const isOurs = deployer === "regions";
      out.fail({
        message: isOurs
          ? `${name} in ${region} bears this tool's label, and ${state} does not know it: a deployment was killed, or has another state.`
          : `${name} in ${region} was deployed by somebody else, and ${state} does not know it: no deployment can go on before it is adopted.`,
        mend: isOurs
          ? `Let a deployment find it: \`${view.command("deploy")}\`.`
          : `Take it over as it is: \`${view.command("adopt")}\`.`,
        function: name,
        place: null,
        impact: "next",
        severity: "warning",
        region,
        symbol: "unknown",
        expected: placement.accepted,
        actual: region,
        related: manifestLine(placement),
      });
    }

    function failUnknownCodebase(codebase: string, copies: readonly DeployedFunction[]): void {
      const place = manifest?.codebases.get(codebase)?.place ?? null;
      out.fail({
        message: `None of the ${copies.length} live functions of codebase ${codebase} is in ${state}: no deployment can go on before they are adopted.`,
        mend: `Take them over as they are: \`${view.command("adopt")}\`.`,
        function: null,
        place,
        impact: "next",
        severity: "warning",
        region: null,
        symbol: `codebase ${codebase}`,
        related: copies.map(({ name, region }) => ({ place: null, message: `${name} in ${region}` })),
      });
    }

    function failAround(owner: string | null, drifts: readonly Drift[]): void {
      const differences = differencesOf(drifts, null);
      const place = owner === null ? null : (manifest?.classes.get(owner)?.place ?? null);
      const isLoss = differences.every(({ field }) => field === null);
      const lost =
        owner === null
          ? "The fleet has lost what its functions share"
          : `Functions of class ${owner} have lost what was deployed for them`;
      const changed =
        owner === null
          ? "What all functions share is not what was deployed"
          : `What functions of class ${owner} act as and may do is not what was deployed`;
      const what = isLoss ? lost : changed;
      out.fail({
        message: `${what}: ${clausesOf(differences)}.`,
        mend: `Put it back: ${putBack(view)}.`,
        function: null,
        place: null,
        impact: drifts.some(stopsWork) ? "now" : "next",
        region: null,
        symbol: owner === null ? "fleet" : `class ${owner}`,
        related: [
          ...differenceLines(differences, file),
          ...(place === null ? [] : [{ place, message: "the class is declared here" }]),
        ],
        differences,
      });
    }

    function failInterrupted(many: number): void {
      out.fail({
        message: `A deployment had begun ${counted(many, "part", "parts")} and not ended when ${state} was read: it was killed, or is at work.`,
        mend: `Unless it is at work, let the next one settle it: \`${view.command("deploy")}\`.`,
        function: null,
        place: null,
        impact: "next",
        severity: "warning",
        region: null,
        symbol: "interrupted",
      });
    }
  },
});

/** Whoever deploys leaves a label. */
const toolField = "label deployment-tool";

/** Without it a function is not started, not let in, or may not do its work. */
function stopsWork({ part, kind }: Drift): boolean {
  return kind === "gone" && !["alert", "dashboard", "bucket", "archive", "other"].includes(part.kind);
}
