import { expect, it } from "vitest";
import type { Google, JsonObject } from "../../../src/clients/google.ts";
import { GoogleError } from "../../../src/clients/google-error.ts";
import { createCopies } from "../../../src/migrate/outside/copies.ts";
import type { Copies, Ports } from "../../../src/migrate/ports/world.ts";
import { deployCopy } from "../../../src/migrate/steps/deploy-copy.ts";
import type { StepContext } from "../../../src/migrate/steps/work.ts";

/* Two copies of one function as Google shows them, alike or not. */

const project = "acme-prod";
const [west1, west3] = ["europe-west1", "europe-west3"];

function record(region: string, service: JsonObject = {}, variables: JsonObject = {}): JsonObject {
  return {
    name: `projects/${project}/locations/${region}/functions/stripeWebhook`,
    environment: "GEN_2",
    state: "ACTIVE",
    buildConfig: { runtime: "nodejs22", entryPoint: "stripeWebhook" },
    serviceConfig: {
      service: `projects/${project}/locations/${region}/services/stripewebhook`,
      availableMemory: "256Mi",
      availableCpu: "0.1666",
      vpcConnector: `projects/${project}/locations/${region}/connectors/inner`,
      environmentVariables: { FUNCTION_REGION: region, TZ: "UTC", ...variables },
      secretEnvironmentVariables: [{ key: "STRIPE_KEY", secret: "stripe-key", version: "3" }],
      ...service,
    },
  };
}

interface Served {
  readonly live: Readonly<Record<string, JsonObject>>;
  readonly open?: readonly string[];
}

function copiesOf({ live, open = [west1, west3] }: Served): Copies {
  const get = async (url: string): Promise<JsonObject> => {
    const region = /locations\/([^/]+)\//.exec(url)?.[1] ?? "";
    if (url.includes(":getIamPolicy")) {
      const members = open.includes(region)
        ? ["allUsers"]
        : ["serviceAccount:caller@acme-prod.iam.gserviceaccount.com"];
      return { bindings: [{ role: "roles/run.invoker", members }] };
    }
    const found = live[region];
    if (found === undefined) throw new GoogleError({ kind: "not-found", reason: "no such function" });
    return found;
  };
  return createCopies({
    google: { get } as unknown as Google,
    project,
    deployers: {} as Parameters<typeof createCopies>[0]["deployers"],
    removeUnknown: async () => {},
    signal: new AbortController().signal,
  });
}

function probe(served: Served) {
  const move = { function: "stripeWebhook", from: west1, to: west3, steps: [] };
  const context = { move, kept: {}, ports: { copies: copiesOf(served) } as unknown as Ports } as unknown as StepContext;
  return deployCopy({ do: "deploy-copy" }, context).forward.probe();
}

it("takes copies for alike whose own region alone tells them apart", async () => {
  expect(await probe({ live: { [west1]: record(west1), [west3]: record(west3) } })).toMatchObject({
    is: "done",
    evidence: expect.stringMatching(/^stripeWebhook is ACTIVE in europe-west1 and europe-west3 with the same settings/),
  });
});

it("names the settings that differ, and no value of them", async () => {
  const other = record(
    west3,
    {
      availableMemory: "512Mi",
      vpcConnector: `projects/${project}/locations/${west3}/connectors/outer`,
      secretEnvironmentVariables: [
        { key: "STRIPE_KEY", secret: "stripe-key", version: "2" },
        { key: "TWILIO_TOKEN", secret: "twilio-token", version: "1" },
      ],
    },
    { TZ: "Europe/Paris", PLANTED: "MARKEDvalue" },
  );
  const found = await probe({ live: { [west1]: record(west1), [west3]: other } });
  expect(found).toEqual({
    is: "todo",
    kept: { existed: true },
    lacking:
      "stripeWebhook is ACTIVE in europe-west1 and europe-west3, and the two differ in connector, memory, secret STRIPE_KEY, secret TWILIO_TOKEN, variable PLANTED, variable TZ. Somebody has changed one of them by hand, or what source and regions.yaml leave open was kept by the old copy alone: say it there, or deploy both alike, and resume.",
  });
});

it("names the copy that everybody may call, and the one that is not well", async () => {
  const live = { [west1]: record(west1), [west3]: record(west3) };
  expect(await probe({ live, open: [west1] })).toMatchObject({
    is: "todo",
    lacking:
      "everybody may call stripeWebhook in europe-west1, and not in europe-west3: give both the same invokers, and resume.",
  });
  const failed = { ...record(west3), state: "FAILED" };
  expect(await probe({ live: { ...live, [west3]: failed } })).toMatchObject({
    is: "todo",
    lacking: "it was deployed, and stripeWebhook in europe-west3 is FAILED.",
  });
  expect(await probe({ live: { [west1]: record(west1) } })).toEqual({ is: "todo", kept: { existed: false } });
});
