import { defineRule } from "../rule.ts";
import { holderLoses, holderName } from "../wording.ts";

/** An outside system sends to a function that is neither declared nor deployed: everything it sends is lost. */
export const orphanedHolder = defineRule({
  id: "orphaned-holder",
  area: "holders",
  severity: "error",
  title: "an outside system sends to a function that does not exist",
  needs: [
    { source: "holders", facets: ["stripe", "twilio", "telegram", "scheduler", "task-queues", "push"] },
    { source: "deployed", facets: ["functions"] },
  ],
  needsManifest: true,
  check(view, out) {
    for (const { holder, function: name, region } of view.holderUses) {
      const { entry, copies } = view.placementOf(name);
      if (entry !== null || copies.length > 0) {
        out.pass();
        continue;
      }
      if (!view.fleet.complete) {
        const scope = view.fleet.unreadScope;
        out.unknown(scope, "functions that holders send to may be deployed in what was not read");
        continue;
      }
      if (region !== null && view.fleet.presence(name, region) === "doubtful") {
        out.unknown(region, "the list shows nothing there, and cannot tell an empty region from one it did not reach");
        continue;
      }
      const except = view.manifest?.excepted.get(name);
      const near = except === undefined ? view.names.nearest(name) : null;
      const where = region === null ? "" : ` in ${region}`;
      const reason =
        except === undefined
          ? "which is neither declared nor deployed"
          : `which this environment leaves out and nobody deployed`;
      out.fail({
        message: `${holderName(holder)} sends to ${name}${where}, ${reason}: ${holderLoses(holder)} are lost now.${near === null || near === name ? "" : ` Did you mean ${near}?`}`,
        mend: "Put its URL on a function that exists, or remove the holder at its provider.",
        function: name,
        place: null,
        impact: "now",
        region,
        expected: [],
        actual: region,
        symbol: `${holder.kind} ${holder.id} ${holder.field}`,
        related: [
          { place: null, message: `${holder.field} of ${holder.kind} ${holder.id}: ${holder.url}` },
          ...(except === undefined ? [] : [{ place: except, message: "left out of this environment here" }]),
        ],
      });
    }
  },
});
