import { describe, expect, test } from "vitest";
import { createStripe } from "../../src/clients/stripe.ts";
import { readStripe } from "../../src/sources/holders/stripe.ts";
import { type Answer, type Asked, patience, standIn } from "./stand-in.ts";

const key = "sk_test_MARKED51AbCdEf";

function endpoint(id: string, url: string, more: object = {}) {
  return {
    id,
    object: "webhook_endpoint",
    api_version: "2024-06-20",
    application: null,
    created: 1_700_000_000,
    description: null,
    enabled_events: ["payment_intent.succeeded"],
    livemode: false,
    metadata: {},
    status: "enabled",
    url,
    ...more,
  };
}

function destination(id: string, more: object = {}) {
  return {
    id,
    object: "v2.core.event_destination",
    name: "Ledger feed",
    description: "",
    enabled_events: ["v1.billing.meter.error_report_triggered"],
    event_payload: "thin",
    livemode: false,
    status: "enabled",
    type: "webhook_endpoint",
    created: "2026-01-01T00:00:00.000Z",
    updated: "2026-01-01T00:00:00.000Z",
    ...more,
  };
}

const noDestinations = { data: [], next_page_url: null, previous_page_url: null };
const list = (data: object[], has_more = false) => ({ object: "list", url: "/v1/webhook_endpoints", data, has_more });

async function read(v1: (asked: Asked) => Answer, v2: (asked: Asked) => Answer = () => ({ body: noDestinations })) {
  const { endpoint: at, asked } = await standIn((one) =>
    one.path === "/v1/webhook_endpoints" ? v1(one) : one.path === "/v2/core/event_destinations" ? v2(one) : undefined,
  );
  const { options, waits } = patience();
  const found = await readStripe(createStripe({ endpoint: at, key, ...options }));
  expect(JSON.stringify(found)).not.toContain("MARKED");
  return { found, asked, waits };
}

const gap = (scope: string, reason: string) => ({ source: "holders", facet: "stripe", scope, region: null, reason });

describe("Stripe", () => {
  test("is read to the last page, with cleaned URLs and what they reach", async () => {
    const pages: Record<string, object> = {
      "": list(
        [
          endpoint(
            "we_3",
            "https://user:MARKED@europe-west1-acme-prod.cloudfunctions.net/stripeWebhook?k=MARKED#MARKED",
            {
              description: "Payments\u001b[31m",
            },
          ),
          endpoint("we_2", "https://shop.example.com/hooks", { status: "disabled" }),
        ],
        true,
      ),
      we_2: list([endpoint("we_1", "https://stripewebhook-ab12cd34ef-ey.a.run.app/")]),
    };
    const { found, asked } = await read(({ query }) => ({ body: pages[query.get("starting_after") ?? ""] }));
    expect(found).toEqual({
      holders: [
        {
          kind: "stripe",
          id: "we_3",
          label: "Payments [31m",
          field: "url",
          url: "https://europe-west1-acme-prod.cloudfunctions.net/stripeWebhook?k=***",
          target: {
            form: "cloudfunctions",
            name: "stripeWebhook",
            nameIs: "function",
            region: "europe-west1",
            project: "acme-prod",
          },
          active: true,
          region: null,
        },
        {
          kind: "stripe",
          id: "we_2",
          label: "we_2",
          field: "url",
          url: "https://shop.example.com/hooks",
          target: null,
          active: false,
          region: null,
        },
        {
          kind: "stripe",
          id: "we_1",
          label: "we_1",
          field: "url",
          url: "https://stripewebhook-ab12cd34ef-ey.a.run.app/",
          target: { form: "run-hash", name: "stripewebhook", nameIs: "service", region: "europe-west3", project: null },
          active: true,
          region: null,
        },
      ],
      gaps: [],
      read: true,
    });
    const firsts = asked.filter((one) => one.path === "/v1/webhook_endpoints");
    expect(firsts.map((one) => one.url)).toEqual([
      "/v1/webhook_endpoints?limit=100",
      "/v1/webhook_endpoints?limit=100&starting_after=we_2",
    ]);
    expect(firsts[0]?.headers.authorization).toBe(`Bearer ${key}`);
  });

  test("event destinations are read too, asked to show their URL, over all pages", async () => {
    const url = "https://europe-west3-acme-prod.cloudfunctions.net/stripeWebhook";
    const { found, asked } = await read(
      () => ({ body: list([endpoint("we_1", url)]) }),
      ({ query }) =>
        query.get("page") === "2"
          ? { body: { ...noDestinations, data: [destination("ed_2", { webhook_endpoint: { url: null } })] } }
          : {
              body: {
                ...noDestinations,
                data: [
                  destination("we_1", { webhook_endpoint: { url } }),
                  destination("ed_1", { webhook_endpoint: { url: `${url}Thin` }, status: "disabled" }),
                  destination("ed_9", { type: "amazon_eventbridge" }),
                ],
                next_page_url: "/v2/core/event_destinations?page=2",
              },
            },
    );
    expect(
      found.holders.map(({ id, label, field, active, target }) => [id, label, field, active, target?.name]),
    ).toEqual([
      ["we_1", "we_1", "url", true, "stripeWebhook"],
      ["ed_1", "Ledger feed", "webhook_endpoint.url", false, "stripeWebhookThin"],
    ]);
    expect(found.gaps).toEqual([gap("ed_2", "Stripe does not show the URL of this event destination")]);
    const asks = asked.filter((one) => one.path.startsWith("/v2/")).map((one) => decodeURIComponent(one.url));
    expect(asks[0]).toContain("include[0]=webhook_endpoint.url");
  });

  test("an account without event destinations is whole without them", async () => {
    const { found } = await read(
      () => ({ body: list([]) }),
      () => ({ status: 404, body: { error: { code: "not_found", message: "Unrecognized request URL" } } }),
    );
    expect(found).toEqual({ holders: [], gaps: [], read: true });
  });

  test("a key without the permission for event destinations leaves a gap and the endpoints", async () => {
    const { found } = await read(
      () => ({ body: list([endpoint("we_1", "https://shop.example.com/")]) }),
      () => ({ status: 403, body: { error: { code: "insufficient_permissions", message: `key ${key} may not` } } }),
    );
    expect(found.holders).toHaveLength(1);
    expect(found.gaps).toEqual([
      gap("stripe event destinations", "Stripe does not let the key read this (403 insufficient_permissions)"),
    ]);
  });

  test.each([
    ["no list", { object: "list" }],
    ["a next page without an address", { object: "list", data: [], has_more: true, url: "" }],
    ["lists where texts were due", { object: [], data: [], has_more: [], url: [] }],
    ["entries that are nothing", { ...list([]), data: [null] }],
    ["an entry without an id", list([{ ...endpoint("we_1", "https://a.example/x"), id: null }])],
  ])("an answer with %s is a gap", async (_, body) => {
    const { found } = await read(() => ({ body }));
    expect(found).toEqual({
      holders: [],
      gaps: [gap("stripe webhook endpoints", "the answer of Stripe makes no sense")],
      read: false,
    });
  });

  test("a next page elsewhere is a gap, and an entry whose fields are of other kinds breaks nothing", async () => {
    const odd = endpoint("we_odd", "https://a.example/x", { description: 7, status: null });
    const { found } = await read(
      () => ({ body: list([odd, { ...endpoint("we_none", ""), url: null }]) }),
      () => ({ body: { ...noDestinations, next_page_url: "//elsewhere.example/v2" } }),
    );
    expect(found.holders.map(({ id, label, url }) => [id, label, url])).toEqual([
      ["we_odd", "we_odd", "https://a.example/x"],
    ]);
    expect(found.gaps).toEqual([
      gap("we_none", "Stripe does not show the URL of this webhook endpoint"),
      gap("stripe event destinations", "the answer of Stripe makes no sense"),
    ]);
  });

  test("an address that is a secret by itself is not kept", async () => {
    const hook = "https://hooks.example.com/services/T024BE7LD/MARKED0xSecretPathToken9/end";
    const { found } = await read(() => ({ body: list([endpoint("we_1", hook)]) }));
    expect(found.holders.map(({ url }) => url)).toEqual(["https://hooks.example.com/services/T024BE7LD/***/end"]);
  });

  test("a wrong key is told once, and nothing counts as read", async () => {
    const refusal = {
      status: 401,
      body: { error: { type: "invalid_request_error", message: `Invalid API Key: ${key}` } },
    };
    const { found } = await read(
      () => refusal,
      () => refusal,
    );
    expect(found).toEqual({
      holders: [],
      gaps: [gap("stripe webhook endpoints", "Stripe refused the key (401 invalid_request_error)")],
      read: false,
    });
  });

  test("a refusal for too many requests is waited out as long as Stripe asks", async () => {
    let refusals = 2;
    const { found, waits } = await read(() => {
      refusals -= 1;
      if (refusals >= 0)
        return { status: 429, headers: { "retry-after": "20" }, body: { error: { code: "rate_limit" } } };
      return { body: list([endpoint("we_1", "https://shop.example.com/")]) };
    });
    expect(waits).toEqual([20_000, 20_000]);
    expect(found.holders).toHaveLength(1);
    expect(found.gaps).toEqual([]);
  });

  test("one that never ends is a gap, with the pages that were read", async () => {
    const { found, waits } = await read(({ query }) =>
      query.has("starting_after")
        ? { status: 429, headers: { "retry-after": "60" }, body: { error: { code: "rate_limit" } } }
        : { body: list([endpoint("we_1", "https://shop.example.com/")], true) },
    );
    expect(waits).toEqual([60_000]);
    expect(found.holders.map((holder) => holder.id)).toEqual(["we_1"]);
    expect(found.gaps).toEqual([
      gap("stripe webhook endpoints", "Stripe asks for fewer requests (429 rate_limit); it asks to wait 60 s"),
    ]);
  });

  test.each<[string, Answer, string]>([
    ["HTML", { body: "<!doctype html><p>maintenance" }, "the answer of Stripe makes no sense: HTML where JSON was due"],
    ["nothing", { body: "" }, "the answer of Stripe makes no sense: nothing where JSON was due"],
    ["a list without data", { body: { object: "list" } }, "the answer of Stripe makes no sense"],
    [
      "a redirect",
      { status: 302, headers: { location: "https://elsewhere.example.com/" }, body: {} },
      "the answer of Stripe makes no sense: a redirect (302)",
    ],
    ["HTML with 403", { status: 403, body: "<h1>blocked" }, "Stripe does not let the key read this (403)"],
    ["an outage", { status: 503, body: { error: { type: "api_error" } } }, "Stripe is not available (503 api_error)"],
  ])("%s is a gap", async (_, answer, reason) => {
    const { found } = await read(() => answer);
    expect(found).toEqual({ holders: [], gaps: [gap("stripe webhook endpoints", reason)], read: false });
  });

  test("a connection that dies within the answer is tried again, then a gap", async () => {
    const { found, asked } = await read(() => ({
      body: list([endpoint("we_1", "https://x.example.com/")]),
      cut: true,
    }));
    expect(found.gaps).toHaveLength(1);
    expect(found.gaps[0]?.reason).toMatch(/^the connection to Stripe failed/);
    expect(found.read).toBe(false);
    expect(asked.filter((one) => one.path.startsWith("/v1/")).length).toBeGreaterThanOrEqual(5);
  });

  test("pages that never end are a gap", async () => {
    const { found } = await read(() => ({ body: list([endpoint("we_1", "https://x.example.com/")], true) }));
    expect(found.holders).toHaveLength(1);
    expect(found.gaps).toEqual([gap("stripe webhook endpoints", "the pages of Stripe do not come to an end")]);
  });

  test("an abort ends the read with the caller's reason", async () => {
    const stop = new AbortController();
    const { endpoint: at } = await standIn(() => {
      stop.abort(new Error("interrupted"));
      return { body: list([]) };
    });
    const reading = readStripe(createStripe({ endpoint: at, key, signal: stop.signal }));
    await expect(reading).rejects.toThrow("interrupted");
  });
});
