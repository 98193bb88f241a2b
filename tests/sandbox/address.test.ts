import { expect, it } from "vitest";
import { addressedCopy } from "../../src/sandbox/run/address.ts";
import { seededState } from "../../src/sandbox/seeds.ts";
import { addresseeOf } from "../../src/sandbox/senders/addressee.ts";
import { smallSeed } from "./small-seed.ts";

const state = await seededState(smallSeed);
const base = "http://127.0.0.1:4100";
const host = "europe-west1-acme-test.cloudfunctions.net";
const copy = { region: "europe-west1", id: "stripeWebhook" };
const hash = "stripewebhook-k3v7q2m9xa-ew.a.run.app";
const number = "stripewebhook-123456789012.europe-west1.run.app";

it("a request that comes in names its copy by the path on the sandbox, or by one of Google's hosts", () => {
  const incoming = (from: string, target: string) => addressedCopy(state, from, target, true);
  const local = { copy, host, path: "/" };
  expect(incoming("127.0.0.1:4100", "/acme-test/europe-west1/stripeWebhook")).toEqual(local);
  expect(incoming("", "/acme-test/europe-west1/stripeWebhook")).toEqual(local);
  // As it was sent, not as a URL parser would write it: Twilio signs it.
  const rest = "/a/../b%2Fc?x='1'&y=?";
  for (const [from, target, seen] of [
    ["localhost:4100", `/acme-test/europe-west1/stripeWebhook${rest}`, host],
    [host.toUpperCase(), `/stripeWebhook${rest}`, host],
    [`${host}:443`, `/stripeWebhook${rest}`, host],
    [hash, rest, hash],
    [number, rest, number],
  ] as const) {
    expect(incoming(from, target), `${from}${target}`).toEqual({ copy, host: seen, path: rest });
  }
  // Google's host says what its path means, however that looks.
  expect(incoming(host, "/acme-test/europe-west3/createPaymentIntent")).toEqual({
    copy: { region: "europe-west1", id: "acme-test" },
    host,
    path: "/europe-west3/createPaymentIntent",
  });
  expect(incoming(host, "/?x")).toEqual({ copy: { region: "europe-west1", id: "" }, host, path: "/?x" });
  for (const [from, target] of [
    ["127.0.0.1:4100", "/other-project/europe-west1/stripeWebhook"],
    ["127.0.0.1:4100", "/acme-test/somewhere/stripeWebhook"],
    ["127.0.0.1:4100", "/acme-test/europe-west1"],
    ["europe-west1-other.cloudfunctions.net", "/stripeWebhook"],
    ["acme-test.cloudfunctions.net", "/stripeWebhook"],
    ["nothing-k3v7q2m9xa-ew.a.run.app", "/"],
    ["api.stripe.com", "/v1/events"],
  ] as const) {
    expect(incoming(from, target), `${from}${target}`).toBeNull();
  }
});

it("a sender's URL reaches a copy, this machine, or nobody", () => {
  const to = (url: string) => addresseeOf(state, base, url);
  for (const [url, seen] of [
    [`https://${host}/stripeWebhook/a?b=1#c`, host],
    [`https://${hash}/a?b=1`, hash],
    [`https://${number}/a?b=1`, number],
    [`${base}/acme-test/europe-west1/stripeWebhook/a?b=1`, host],
  ] as const) {
    expect(to(url), url).toEqual({ kind: "copy", copy, host: seen, path: "/a?b=1" });
  }
  // Whether it is deployed is not asked here.
  expect(to(`https://${host}/nothing`)).toMatchObject({
    kind: "copy",
    copy: { region: "europe-west1", id: "nothing" },
  });
  const elsewhere = "http://127.0.0.1:9/acme-test/europe-west1/stripeWebhook";
  expect(to(elsewhere)).toEqual({ kind: "local", url: elsewhere });
  expect(to(`${base}/anything#c`)).toEqual({ kind: "local", url: `${base}/anything` });
  expect(to("https://nothing-k3v7q2m9xa-ew.a.run.app/")).toEqual({
    kind: "nobody",
    status: 404,
    reason: "no function of the project has this address",
  });
  const beyond = { kind: "nobody", status: null, reason: "the sandbox sends nothing beyond this machine" };
  for (const url of ["https://example.com/", "https://europe-west1-other.cloudfunctions.net/x", `ftp://${host}/x`]) {
    expect(to(url), url).toEqual(beyond);
  }
  expect(to("no URL")).toEqual({ kind: "nobody", status: null, reason: "the URL cannot be read" });
});
