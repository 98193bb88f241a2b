import { expect, it } from "vitest";
import { balanceOf } from "./balance.ts";

const sent = ["stripeWebhook:evt_1", "stripeWebhook:evt_2", "registerChatter:ada"];
const once = new Map(sent.map((event) => [event, 1]));

it("is clean where each event took effect once", () => {
  expect(balanceOf(sent, once)).toEqual({ sent: 3, lost: [], doubled: [], strange: [] });
});

it("names an event that was lost, whether the ledger has no line of it or one that says never", () => {
  const without = new Map([...once].filter(([event]) => event !== "stripeWebhook:evt_2"));
  expect(balanceOf(sent, without).lost).toEqual(["stripeWebhook:evt_2"]);
  expect(balanceOf(sent, new Map([...once, ["registerChatter:ada", 0]]))).toMatchObject({
    lost: ["registerChatter:ada"],
    strange: [],
  });
});

it("names an event that took effect twice, also one that nobody has a book of", () => {
  const twice = new Map([...once, ["stripeWebhook:evt_1", 2], ["onCreated:doc", 3]]);
  expect(balanceOf(sent, twice)).toEqual({
    sent: 3,
    lost: [],
    doubled: ["stripeWebhook:evt_1 took effect 2 times", "onCreated:doc took effect 3 times"],
    strange: ["onCreated:doc"],
  });
});

it("names an effect of what nobody sent", () => {
  expect(balanceOf(sent, new Map([...once, ["registerChatter:eve", 1]])).strange).toEqual(["registerChatter:eve"]);
});

it("does not trust a book that names an event twice", () => {
  expect(() => balanceOf([...sent, "registerChatter:ada"], once)).toThrow(
    "registerChatter:ada is in the book of what was sent twice",
  );
});
