import { describe, expect, test } from "vitest";
import { compareRecords } from "../../src/clients/compare-records.ts";
import { movedAddress } from "../../src/clients/move-address.ts";
import { safeRecord, safeUrl } from "../../src/clients/safe-record.ts";

const from = "https://europe-west1-acme.cloudfunctions.net/stripeWebhook";
const to = "https://europe-west3-acme.cloudfunctions.net/stripeWebhook";

describe("an address in a move", () => {
  test.each([
    [from, to],
    [`${from}/`, `${to}/`],
    [`${from}/eu/v2?account=7&n=1`, `${to}/eu/v2?account=7&n=1`],
    [`${from}#rc=2&rp=all`, `${to}#rc=2&rp=all`],
    [
      "https://user:pa%40ss@europe-west1-acme.cloudfunctions.net/stripeWebhook?x=1",
      "https://user:pa%40ss@europe-west3-acme.cloudfunctions.net/stripeWebhook?x=1",
    ],
  ])("%s goes to %s, and back", (old, next) => {
    expect(movedAddress(old, { from, to })).toEqual({ at: "from", next });
    expect(movedAddress(next, { from, to })).toEqual({ at: "to" });
    expect(movedAddress(next, { from: to, to: from })).toEqual({ at: "from", next: old });
  });

  test.each([
    "https://europe-west1-acme.cloudfunctions.net/stripeWebhookTest",
    "https://europe-west1-acme.cloudfunctions.net/",
    "https://europe-west4-acme.cloudfunctions.net/stripeWebhook",
    "",
    "not a URL",
  ])("%j leads to neither copy", (url) => {
    expect(movedAddress(url, { from, to })).toEqual({ at: "elsewhere" });
  });

  test("a copy whose address has no path has all paths", () => {
    const move = { from: "https://stripewebhook-k3v7q2m9xa-ew.a.run.app", to };
    expect(movedAddress("https://stripewebhook-k3v7q2m9xa-ew.a.run.app/?a=1", move)).toEqual({
      at: "from",
      next: `${to}/?a=1`,
    });
  });

  test("one end below the other: the longer one is meant", () => {
    const move = { from: "https://hooks.acme.com/", to: "https://hooks.acme.com/west3" };
    expect(movedAddress("https://hooks.acme.com/west3/stripe", move)).toEqual({ at: "to" });
    expect(movedAddress("https://hooks.acme.com/stripe", move)).toEqual({
      at: "from",
      next: "https://hooks.acme.com/west3/stripe",
    });
  });
});

const record = {
  id: "we_1Q",
  url: `${from}?key=MARK-query`,
  enabled_events: ["charge.succeeded", "payment_intent.succeeded"],
  metadata: { owner: "MARK-metadata" },
  secret: "whsec_MARKsecretsecret",
  httpTarget: {
    headers: { Authorization: "Bearer MARK-header" },
    body: "TUFSSy1ib2R5",
    oidcToken: { serviceAccountEmail: "a@acme.iam.gserviceaccount.com", audience: from },
  },
  statusCallback: "https://u:MARK-password@hooks.example.com/services/T0AB12CD34EF56GH78IJ9/MARK#MARK-fragment",
  note: "sk_live_MARKkey",
};

describe("a record that may be written down", () => {
  test("has no secret in it, and everything else", () => {
    const safe = safeRecord(record);
    expect(JSON.stringify(safe)).not.toMatch(/MARK-|MARKkey|MARKsecret|TUFSS|T0AB/);
    expect(safe).toMatchObject({
      id: "we_1Q",
      enabled_events: ["charge.succeeded", "payment_intent.succeeded"],
      httpTarget: { oidcToken: { serviceAccountEmail: "a@acme.iam.gserviceaccount.com", audience: from } },
    });
    expect(safe.url).toMatch(/^https:\/\/europe-west1-acme\.cloudfunctions\.net\/stripeWebhook\?key=\[hidden \w{4}\]$/);
  });

  test("Twilio's overrides for a connection are no secret", () => {
    expect(safeUrl(`${from}#rc=2&rp=all`)).toBe(`${from}#rc=2&rp=all`);
  });
});

describe("two records", () => {
  test("are the same where nothing differs but what may", () => {
    const after = { ...record, url: to, updated: "2026-11-28" };
    expect(compareRecords(record, after, ["url", "updated"])).toEqual({ result: "same" });
  });

  test("Google leaves empty objects out, or not", () => {
    expect(compareRecords({ name: "q", pushConfig: {} }, { name: "q" })).toEqual({ result: "same" });
  });

  test("differ by name: a value, a list, a field that came, one that went", () => {
    const after = { ...record, enabled_events: ["charge.succeeded"], status: "enabled", note: undefined };
    expect(compareRecords({ ...record, note: "old" }, after)).toEqual({
      result: "changed",
      fields: [
        {
          field: "enabled_events",
          before: '["charge.succeeded","payment_intent.succeeded"]',
          after: '["charge.succeeded"]',
        },
        { field: "note", before: "old", after: null },
        { field: "status", before: null, after: "enabled" },
      ],
    });
  });

  test("a secret that differs is named and not shown, at every depth", () => {
    const after = {
      ...record,
      secret: "whsec_MARKother",
      metadata: { owner: "MARK-new" },
      httpTarget: { ...record.httpTarget, headers: { Authorization: "Bearer MARK-rotated" } },
    };
    const comparison = compareRecords(record, after);
    expect(comparison).toMatchObject({
      result: "changed",
      fields: [{ field: "httpTarget.headers.Authorization" }, { field: "metadata.owner" }, { field: "secret" }],
    });
    expect(JSON.stringify(comparison)).not.toContain("MARK");
  });
});
