import { describe, expect, test } from "vitest";
import type { DoctorLine } from "../../src/cli/doctor/line.ts";
import { type DoctorInput, runDoctor } from "../../src/cli/doctor/run.ts";
import type { Google } from "../../src/clients/google.ts";
import { GoogleError } from "../../src/clients/google-error.ts";
import { credentialsMend } from "../../src/clients/google-token.ts";
import { ProviderError } from "../../src/clients/provider-error.ts";
import type { Environment } from "../../src/manifest/manifest.ts";

const environment: Environment = {
  name: "production",
  project: "acme-prod",
  endpoint: "google",
  stripe: { key: "env:STRIPE_KEY" },
  twilio: { account: "AC1", token: "env:TWILIO_TOKEN" },
  telegram: null,
  rehearsals: false,
  backend: null,
  journal: null,
  notify: [],
  place: { file: "regions.yaml", line: 5 },
};

/** Google that answers every path but those that begin with a key of `refusals`. */
function google(refusals: Readonly<Record<string, GoogleError>> = {}) {
  const asked: string[] = [];
  const client: Google = {
    async get(url) {
      asked.push(url.slice("https://".length));
      const refusal = Object.entries(refusals).find(([start]) => url.startsWith(`https://${start}`))?.[1];
      if (refusal !== undefined) throw refusal;
      return url.endsWith("/locations") ? { locations: [{ locationId: "europe-west1" }] } : {};
    },
    pages() {
      throw new Error("one question must do");
    },
  };
  return { client, asked };
}

function input(more: Partial<DoctorInput> = {}): DoctorInput {
  return {
    node: "v24.1.0",
    git: "git version 2.43.0",
    manifest: { kind: "valid", file: "regions.yaml", environment: "production", project: "acme-prod" },
    environment,
    env: { STRIPE_KEY: "rk_live_MARKED", TWILIO_TOKEN: "MARKED" },
    project: "acme-prod",
    google: { google: google().client, origin: "application default credentials", token: async () => "ya29.MARKED" },
    providers: {
      stripe: { key: "rk_live_MARKED", client: { probe: async () => {} } },
      twilio: { client: { probe: async () => {} } },
      telegram: null,
      wanted: new Set(["stripe", "twilio"]),
    },
    now: new Date("2026-11-22T09:00:00Z"),
    ...more,
  };
}

async function doctor(more: Partial<DoctorInput> = {}): Promise<ReadonlyMap<string, DoctorLine>> {
  const lines = await runDoctor(input(more));
  expect(JSON.stringify(lines)).not.toContain("MARKED");
  const byName = new Map(lines.map((line) => [line.name, line]));
  expect(byName.size).toBe(lines.length);
  return byName;
}

const short = (line: DoctorLine | undefined) => [line?.state, line?.detail, line?.todo];

describe("the journals of moves", () => {
  const all = ["create", "get", "list", "delete"].map((verb) => `storage.objects.${verb}`);
  const lineOf = async (journal: string | null, answer: object | GoogleError) => {
    const asked: unknown[] = [];
    const { client } = google();
    const own: Google = {
      ...client,
      async get(url, query) {
        if (!url.includes("testPermissions")) return client.get(url, query);
        asked.push(url, query);
        if (answer instanceof GoogleError) throw answer;
        return answer as Readonly<Record<string, unknown>>;
      },
    };
    const access = { google: own, origin: "", token: async () => "ya29.MARKED" };
    const lines = await doctor({ environment: { ...environment, journal }, google: access });
    return { line: lines.get("journals of moves"), asked };
  };

  test("are asked for where the manifest names a bucket, by its own list of what may be done there", async () => {
    const { line, asked } = await lineOf("gs://acme-state/moves", { permissions: all });
    expect(asked).toEqual([
      "https://storage.googleapis.com/storage/v1/b/acme-state/iam/testPermissions",
      { permissions: all },
    ]);
    expect(short(line)).toEqual(["present", `${all.join(", ")} are granted`, null]);
    expect(await lineOf(null, {})).toEqual({ line: undefined, asked: [] });
  });

  test("say what is lacking, and what to do", async () => {
    expect(short((await lineOf("gs://acme-state/moves", { permissions: all.slice(1, 3) })).line)).toEqual([
      "missing",
      "not granted: storage.objects.create, storage.objects.delete",
      "Ask for storage.objects.create, storage.objects.delete on the bucket acme-state; roles/storage.objectUser has them.",
    ]);
    const gone = new GoogleError({ kind: "not-found", status: 404, reason: "no such bucket" });
    expect(short((await lineOf("gs://acme-state", gone)).line)).toEqual([
      "missing",
      "no such bucket",
      "Make it: `gcloud storage buckets create gs://acme-state`.",
    ]);
    expect(short((await lineOf("file:///moves", {})).line)).toEqual([
      "missing",
      "file:///moves is no address of a bucket",
      "Write `journal: gs://BUCKET/PATH` in regions.yaml.",
    ]);
  });
});

describe("the discovery of codebases", () => {
  test("says for each whether it can be run, and never counts as missing", async () => {
    const problem = "functions is not built (lib/index.js is not there): run `npm run build` there first";
    const codebases = [
      { name: "default", problem },
      { name: "chat", problem: null },
    ];
    const lines = await runDoctor(input({ codebases }));
    expect(lines.slice(-2).map(({ name, state, detail }) => `${name} ${state}: ${detail}`)).toEqual([
      `discovery of codebase default not configured: ${problem}`,
      "discovery of codebase chat present: firebase-functions is installed, and the codebase is built",
    ]);
  });
});

describe("where all is well", () => {
  test("every line is present, says what it unlocks and asks for nothing", async () => {
    const lines = await doctor();
    expect([...lines.values()].map(({ name, state, detail }) => [name, state, detail])).toEqual([
      ["Node", "present", "v24.1.0"],
      ["git", "present", "2.43.0"],
      ["manifest", "present", "regions.yaml, environment production (project acme-prod)"],
      ["variable STRIPE_KEY", "present", "set"],
      ["variable TWILIO_TOKEN", "present", "set"],
      ["Google credentials", "present", "application default credentials"],
      ["project acme-prod", "present", "it answers"],
      ["Cloud Functions", "present", "cloudfunctions.functions.list is granted"],
      ["Cloud Run", "present", "run.services.list is granted"],
      ["Cloud Scheduler", "present", "cloudscheduler.jobs.list is granted"],
      ["Cloud Tasks", "present", "cloudtasks.queues.list is granted"],
      ["Eventarc", "present", "eventarc.triggers.list is granted"],
      ["Cloud Monitoring", "present", "monitoring.timeSeries.list is granted"],
      ["Firestore", "present", "datastore.databases.list is granted"],
      ["Cloud Storage", "present", "storage.buckets.list is granted"],
      ["Pub/Sub", "present", "pubsub.subscriptions.list is granted"],
      ["Stripe", "present", "a restricted key in live mode; it may read webhook endpoints"],
      ["Twilio", "present", "account and token work"],
      ["Telegram", "not configured", "the environment has none"],
    ]);
    for (const line of lines.values()) {
      expect(line.unlocks).not.toBe("");
      expect(line.todo === null).toBe(line.state === "present");
    }
  });

  test("each permission is tried with one cheap question", async () => {
    const { client, asked } = google();
    await doctor({ google: { google: client, origin: "x", token: async () => "t" } });
    const at = "projects/acme-prod/locations";
    expect(asked.sort()).toEqual([
      `cloudfunctions.googleapis.com/v2/${at}/-/functions`,
      `cloudscheduler.googleapis.com/v1/${at}`,
      `cloudscheduler.googleapis.com/v1/${at}/europe-west1/jobs`,
      `cloudtasks.googleapis.com/v2/${at}`,
      `cloudtasks.googleapis.com/v2/${at}/europe-west1/queues`,
      `eventarc.googleapis.com/v1/${at}/-/triggers`,
      "firestore.googleapis.com/v1/projects/acme-prod/databases",
      "monitoring.googleapis.com/v3/projects/acme-prod/timeSeries",
      "pubsub.googleapis.com/v1/projects/acme-prod/subscriptions",
      `run.googleapis.com/v2/${at}/-/services`,
      "storage.googleapis.com/storage/v1/b",
    ]);
  });
});

describe("tools and manifest", () => {
  test.each([
    ["v22.12.0", "present"],
    ["v22.11.0", "missing"],
    ["v20.19.5", "missing"],
    ["v23.0.0", "present"],
  ])("Node %s is %s", async (node, state) => {
    expect((await doctor({ node })).get("Node")?.state).toBe(state);
  });

  test("git that cannot be run", async () => {
    expect(short((await doctor({ git: null })).get("git"))).toEqual(["missing", "not found on PATH", "Install git."]);
  });

  test("no manifest and no project: Google is not asked", async () => {
    const { client, asked } = google();
    const lines = await doctor({
      manifest: { kind: "none" },
      environment: null,
      project: null,
      google: { google: client, origin: "x", token: async () => "t" },
      providers: { stripe: null, twilio: null, telegram: null, wanted: new Set() },
    });
    expect(asked).toEqual([]);
    expect([...lines.values()].map(({ name, state }) => [name, state])).toEqual([
      ["Node", "present"],
      ["git", "present"],
      ["manifest", "missing"],
      ["Google credentials", "not configured"],
      ["Stripe", "not configured"],
      ["Twilio", "not configured"],
      ["Telegram", "not configured"],
    ]);
    expect(lines.get("manifest")?.todo).toBe("Write a first one: `regions init -o regions.yaml`.");
  });

  test("a manifest with problems names the first and counts them", async () => {
    const problem = { place: { file: "regions.yaml", line: 7, column: 3 }, mend: null, excerpt: null };
    const problems = [
      { ...problem, message: "Unknown key regoin." },
      { ...problem, message: "Another." },
    ];
    const lines = await doctor({ manifest: { kind: "invalid", file: "regions.yaml", problems }, environment: null });
    expect(short(lines.get("manifest"))).toEqual([
      "missing",
      "regions.yaml has 2 problems: regions.yaml:7: Unknown key regoin.",
      "See all of them: `regions audit`.",
    ]);
  });
});

describe("variables", () => {
  test("one that is referred to and not set is missing; literals are no variables", async () => {
    const lines = await doctor({
      env: { STRIPE_KEY: "  " },
      providers: { stripe: "no secret", twilio: "no secret", telegram: null, wanted: new Set() },
    });
    expect(short(lines.get("variable STRIPE_KEY"))).toEqual([
      "missing",
      "environment production refers to it, and it is not set",
      "export STRIPE_KEY=…",
    ]);
    expect([...lines.keys()].filter((name) => name.startsWith("variable"))).toEqual([
      "variable STRIPE_KEY",
      "variable TWILIO_TOKEN",
    ]);
    expect(short(lines.get("Stripe"))).toEqual(["missing", "its variable is not set", "Set the variable named above."]);
  });
});

describe("Google", () => {
  test("without credentials nothing is asked, and every API still says what it unlocks", async () => {
    const { client, asked } = google();
    const token = async () => {
      throw new GoogleError({ kind: "denied", reason: `no Google credentials were found; ${credentialsMend}` });
    };
    const lines = await doctor({ google: { google: client, origin: "application default credentials", token } });
    expect(asked).toEqual([]);
    const line = lines.get("Google credentials");
    expect([line?.state, line?.detail]).toEqual(["missing", "no Google credentials were found"]);
    expect(line?.todo).toContain("Run `gcloud auth application-default login`");
    expect(short(lines.get("Cloud Run"))).toEqual(["missing", "not asked: the credentials do not work", null]);
    expect(lines.get("project acme-prod")?.state).toBe("missing");
  });

  test("credentials that every API refuses are missing, not nine permissions", async () => {
    const refusal = new GoogleError({ kind: "denied", status: 401, reason: "x refused the credentials (401)" });
    const { client } = google({ "": refusal });
    const lines = await doctor({ google: { google: client, origin: "x", token: async () => "t" } });
    expect(lines.get("Google credentials")).toMatchObject({
      state: "missing",
      detail: "x refused the credentials (401)",
    });
    expect(lines.get("Pub/Sub")?.detail).toBe("not asked: the credentials do not work");
  });

  test("each refusal says what to ask for", async () => {
    const { client } = google({
      "run.": new GoogleError({ kind: "denied", status: 403, reason: "run answered 403" }),
      "cloudtasks.googleapis.com/v2/projects/acme-prod/locations/europe-west1/": new GoogleError({
        kind: "disabled",
        status: 403,
        consumer: "projects/acme-billing",
        reason: "not enabled",
      }),
      "monitoring.": new GoogleError({ kind: "timeout", reason: "no full answer within 30 s" }),
    });
    const lines = await doctor({ google: { google: client, origin: "x", token: async () => "t" } });
    expect(short(lines.get("Cloud Run"))).toEqual([
      "missing",
      "run answered 403",
      "Ask for run.services.list on project acme-prod; roles/run.viewer has it.",
    ]);
    expect(short(lines.get("Cloud Tasks"))).toEqual([
      "missing",
      "not enabled",
      "If the project uses it: `gcloud services enable cloudtasks.googleapis.com --project acme-billing`.",
    ]);
    expect(short(lines.get("Cloud Monitoring"))).toEqual([
      "missing",
      "no full answer within 30 s",
      "Check the connection, and try again.",
    ]);
    expect(lines.get("project acme-prod")?.state).toBe("present");
  });

  test("a project that nobody knows", async () => {
    const refusal = new GoogleError({ kind: "not-found", status: 404, reason: "404 NOT_FOUND: no project" });
    const { client } = google({ "": refusal });
    const lines = await doctor({ google: { google: client, origin: "x", token: async () => "t" } });
    expect(lines.get("Google credentials")?.state).toBe("present");
    expect(short(lines.get("project acme-prod"))).toEqual([
      "missing",
      "404 NOT_FOUND: no project",
      "Check the project's id, and that these credentials may see it: `gcloud projects describe acme-prod`.",
    ]);
  });

  test("an abort ends it with the caller's reason", async () => {
    const token = async () => {
      throw new Error("interrupted");
    };
    const google_ = { google: google().client, origin: "x", token };
    await expect(runDoctor(input({ google: google_ }))).rejects.toThrow("interrupted");
  });
});

describe("providers", () => {
  const refuse = async () => {
    throw new ProviderError("credentials", "Stripe refused the key (401)", 401);
  };

  test("a refused key is missing, with what to do", async () => {
    const stripe = { key: "sk_live_MARKED", client: { probe: refuse } };
    const lines = await doctor({ providers: { stripe, twilio: null, telegram: null, wanted: new Set(["telegram"]) } });
    expect(short(lines.get("Stripe"))).toEqual([
      "missing",
      "Stripe refused the key (401)",
      "Make a restricted key with read access to webhook endpoints in Stripe's dashboard, and set it.",
    ]);
    expect(short(lines.get("Telegram"))).toEqual([
      "missing",
      "functions name it as a holder, and the environment gives no access",
      'Add `telegram: { token: "env:TELEGRAM_TOKEN" }` to the environment in regions.yaml.',
    ]);
  });

  test.each([
    ["sk_test_MARKED", "a full key in test mode; it may read webhook endpoints"],
    ["sk_live_MARKED", "a full key in live mode; it may read webhook endpoints"],
    ["MARKED", "a key of an unknown form; it may read webhook endpoints"],
  ])("the mode of a key is told, the key is not: %s", async (key, detail) => {
    const stripe = { key, client: { probe: async () => {} } };
    const lines = await doctor({ providers: { stripe, twilio: null, telegram: null, wanted: new Set() } });
    expect(lines.get("Stripe")?.detail).toBe(detail);
  });

  test("a bot is named", async () => {
    const telegram = { client: { bot: async () => ({ id: "7", username: "acme_bot" }) } };
    const lines = await doctor({ providers: { stripe: null, twilio: null, telegram, wanted: new Set() } });
    expect(short(lines.get("Telegram"))).toEqual(["present", "@acme_bot", null]);
  });
});
