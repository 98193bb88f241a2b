import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { describeError, OutsideError } from "../../src/functions/src/outside.ts";
import { stripe as connected } from "../../src/functions/src/stripe.ts";
import { twilioClient } from "../../src/functions/src/twilio.ts";
import { root } from "../story/fleet.ts";
import { stripe, twilio } from "./surroundings.ts";

const caught = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

it("tells kind, code and status of what Stripe and Twilio answered, and nothing that they said", async () => {
  const message = "No such customer: anna@example.org, +33612345678";
  const error = { type: "invalid_request_error", code: "resource_missing", message };
  stripe.instead.push(() => ({ status: 400, body: { error } }));
  const fromStripe = await caught((await connected()).paymentIntents.retrieve("pi_1"));
  expect(String(fromStripe)).toContain("anna@example.org");
  expect(describeError(fromStripe)).toEqual({
    kind: "StripeInvalidRequestError",
    code: "resource_missing",
    status: 400,
    request: null,
  });
  twilio.instead.push(() => ({ status: 400, body: { code: 21211, message } }));
  const fromTwilio = await caught(
    (await twilioClient()).calls.create({ to: "+33612345678", from: "+1", url: "https://x.example" }),
  );
  expect(String(fromTwilio)).toContain("anna@example.org");
  expect(describeError(fromTwilio)).toEqual({ kind: "Error", code: 21211, status: 400, request: null });
});

it("describes what is no answer at all", () => {
  expect(describeError(new OutsideError("PayPal", 502))).toEqual({
    kind: "Error",
    code: null,
    status: 502,
    request: null,
  });
  expect(describeError("text with anna@example.org")).toEqual({ kind: "string" });
  const broken = Object.assign(new TypeError("fetch failed"), { code: "ECONNRESET" });
  expect(describeError(broken)).toEqual({ kind: "TypeError", code: "ECONNRESET", status: null, request: null });
});

it("hands no error to the log as it is, in the whole codebase", () => {
  const folder = join(root, "src/functions/src");
  const calls = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) =>
      [...readFileSync(join(folder, file), "utf8").matchAll(/logger\.\w+\([^;]*;/g)].map(([text]) => text),
    );
  expect(calls.length).toBeGreaterThan(25);
  expect(
    calls.filter((text) =>
      /(?<!\.)\berror\b/.test(text.replaceAll("describeError(error)", "").replace("logger.error", "")),
    ),
  ).toEqual([]);
});
