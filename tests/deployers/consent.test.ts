import { expect, it } from "vitest";
import { consentTo } from "../../src/deployers/consent.ts";
import type { Change, PartKind } from "../../src/model/deployment.ts";
import type { FleetPlan } from "../../src/stacks/resource.ts";
import { urnsOf } from "../../src/stacks/urns.ts";

const plan: FleetPlan = {
  environment: "production",
  project: "acme-prod",
  components: [],
  resources: [],
  copies: [],
  notes: [],
};
const state = { resources: [], pending: [] };
const urns = urnsOf(plan, "regions");

function anew(kind: PartKind, of: string | null, detail: string | null = null): Change {
  const part = { kind, function: of, region: of === null ? null : "europe-west1", class: null, detail };
  return {
    part,
    operation: "replace",
    fields: [{ field: "region", from: "europe-west1", to: "us-central1", replaces: true }],
  };
}

it("lets be made anew what loses nothing by it, and says which", () => {
  const changes = [anew("invoker", "pay", "allUsers"), anew("archive", null, "default"), anew("role", null, "roles/x")];
  expect(consentTo(changes, plan, state, [], urns)).toEqual({
    refusals: [],
    forced: [],
    notes: [
      "made anew, by which nothing is lost: the invoker allUsers of pay in europe-west1, the archive default, the role roles/x",
    ],
  });
});

it("says of each part what is lost with it, and takes consent for what hangs on a function alone", () => {
  const changes = [anew("job", "nightly"), anew("queue", "charge"), anew("bucket", null)];
  const { refusals } = consentTo(changes, plan, state, [], urns);
  expect(refusals.map(({ message }) => message.split("\n"))).toEqual([
    [
      "it would be deleted and made anew, since its region cannot go from europe-west1 to us-central1 in place: a run that falls due in between is lost.",
      "`--allow-replace nightly` agrees to the loss.",
    ],
    [
      "it would be deleted and made anew, since its region cannot go from europe-west1 to us-central1 in place: the tasks that wait in it are lost, and Google keeps its name back for days.",
      "`--allow-replace charge` agrees to the loss.",
    ],
    [
      "it would be deleted and made anew, since its region cannot go from europe-west1 to us-central1 in place: everything in it is lost.",
      "Undo what has changed it: regions.yaml asks for nothing of the kind.",
    ],
  ]);
  const agreed = consentTo(changes.slice(0, 2), plan, state, ["nightly", "charge"], urns);
  expect(agreed.refusals).toEqual([]);
  expect(agreed.notes).toEqual([
    "the job of nightly in europe-west1 is made anew, as --allow-replace agrees to",
    "the queue of charge in europe-west1 is made anew, as --allow-replace agrees to",
  ]);
});
