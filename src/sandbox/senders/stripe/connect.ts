import type { Route } from "../../http/service.ts";
import { isObject, type JsonObject, numberAt, objectAt, textAt } from "../../state/json.ts";
import { allOf, find, type StripeCall, seconds, store, stripeId } from "./account.ts";
import { endpoint } from "./endpoint.ts";
import { emit } from "./events.ts";
import { listParameters, pageOf } from "./lists.ts";
import {
  boolean,
  choice,
  currency,
  integer,
  list,
  mergedMetadata,
  metadata,
  object,
  type Parameters,
  text,
  url,
} from "./parameters.ts";
import { invalid, unexpectedState } from "./refusal.ts";

const capability = object({ requested: boolean });
const accountFields: Parameters = {
  business_profile: object({ mcc: text, name: text, product_description: text, url }),
  business_type: choice("company", "government_entity", "individual", "non_profit"),
  capabilities: object({ card_payments: capability, transfers: capability }),
  email: text,
  metadata,
};

export const connectRoutes: readonly Route[] = [
  endpoint(
    "POST",
    "/v1/accounts",
    { ...accountFields, country: text, default_currency: currency, type: choice("custom", "express", "standard") },
    ({ call, parameters }) => newAccount(call, parameters),
  ),
  endpoint("GET", "/v1/accounts", listParameters(), ({ call, parameters, http }) =>
    pageOf(http, allOf(call, "account"), parameters, "/v1/accounts"),
  ),
  endpoint("GET", "/v1/accounts/{id}", {}, ({ call, path }) => find(call, "account", path("id"))),
  endpoint("POST", "/v1/accounts/{id}", accountFields, ({ call, parameters, path }) => {
    const account = find(call, "account", path("id"));
    const { metadata: change, expand: _, capabilities, ...fields } = parameters;
    Object.assign(account, fields, { metadata: mergedMetadata(account.metadata, change) });
    if (isObject(capabilities)) {
      account.capabilities = { ...objectAt(account, "capabilities"), ...asked(capabilities) };
    }
    return updated(call, account);
  }),
  endpoint(
    "POST",
    "/v1/account_links",
    {
      account: text,
      collect: choice("currently_due", "eventually_due"),
      refresh_url: url,
      return_url: url,
      type: choice("account_onboarding", "account_update"),
    },
    ({ call, parameters }) => {
      const account = find(call, "account", String(parameters.account), "account");
      const id = stripeId(call.world, "link").slice(-18);
      // Good for one visit, within minutes.
      call.world.shelf.put("stripe-links", id, {
        account: String(account.id),
        return_url: parameters.return_url ?? "",
        refresh_url: parameters.refresh_url ?? "",
        expires_at: seconds(call.world) + 300,
      });
      return {
        object: "account_link",
        created: seconds(call.world),
        expires_at: seconds(call.world) + 300,
        url: `${call.world.base}/connect.stripe.com/setup/e/${account.id}/${id}`,
      };
    },
    ["account", "type"],
  ),
  endpoint(
    "POST",
    "/v1/transfers",
    {
      amount: integer,
      currency,
      description: text,
      destination: text,
      metadata,
      source_transaction: text,
      transfer_group: text,
    },
    ({ call, parameters }) => newTransfer(call, parameters),
    ["currency", "destination"],
  ),
  endpoint("GET", "/v1/transfers", listParameters({ destination: text, transfer_group: text }), (request) => {
    const { call, parameters, http } = request;
    const all = allOf(call, "transfer").filter(
      (row) =>
        (parameters.destination ?? row.destination) === row.destination &&
        (parameters.transfer_group ?? row.transfer_group) === row.transfer_group,
    );
    return pageOf(http, all, parameters, "/v1/transfers");
  }),
  endpoint("GET", "/v1/transfers/{id}", {}, ({ call, path }) => find(call, "transfer", path("id"))),
  endpoint(
    "POST",
    "/v1/transfers/{id}/reversals",
    { amount: integer, description: text, metadata, refund_application_fee: boolean },
    ({ call, parameters, path }) => reverse(call, find(call, "transfer", path("id")), parameters),
  ),
  endpoint("GET", "/v1/balance", {}, ({ call }) => balanceOf(call)),
  endpoint(
    "POST",
    "/v1/payouts",
    {
      amount: integer,
      currency,
      description: text,
      metadata,
      method: choice("instant", "standard"),
      destination: text,
    },
    ({ call, parameters }) => {
      const payout = store(call, {
        id: stripeId(call.world, "po"),
        object: "payout",
        amount: parameters.amount ?? 0,
        arrival_date: seconds(call.world) + 2 * 86_400,
        automatic: false,
        created: seconds(call.world),
        currency: parameters.currency ?? "",
        description: parameters.description ?? null,
        destination: parameters.destination ?? null,
        failure_code: null,
        livemode: false,
        metadata: mergedMetadata({}, parameters.metadata),
        method: parameters.method ?? "standard",
        status: "pending",
        type: "bank_account",
      });
      emit(call, "payout.created", payout);
      return payout;
    },
    ["amount", "currency"],
  ),
  endpoint("GET", "/v1/payouts", listParameters({ expand: list(text) }), ({ call, parameters, http }) =>
    pageOf(http, allOf(call, "payout"), parameters, "/v1/payouts"),
  ),
];

function newAccount(call: StripeCall, parameters: JsonObject): JsonObject {
  const country = textAt(parameters, "country") ?? "US";
  if (!/^[A-Z]{2}$/.test(country)) throw invalid(`Country '${country}' is unknown.`, "country_unsupported", "country");
  return store(call, {
    id: stripeId(call.world, "acct").replace("acct_1S", "acct_1"),
    object: "account",
    business_profile: parameters.business_profile ?? null,
    business_type: parameters.business_type ?? null,
    capabilities: asked(objectAt(parameters, "capabilities")),
    charges_enabled: false,
    country,
    created: seconds(call.world),
    default_currency: parameters.default_currency ?? (country === "US" ? "usd" : "eur"),
    details_submitted: false,
    email: parameters.email ?? null,
    metadata: mergedMetadata({}, parameters.metadata),
    payouts_enabled: false,
    requirements: {
      currently_due: ["external_account", "tos_acceptance.date", "tos_acceptance.ip"],
      disabled_reason: "requirements.past_due",
      eventually_due: ["external_account", "tos_acceptance.date", "tos_acceptance.ip"],
      past_due: ["external_account"],
      pending_verification: [],
    },
    type: parameters.type ?? "standard",
  });
}

function asked(capabilities: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(capabilities)
      .filter(([, value]) => isObject(value) && value.requested === true)
      .map(([name]) => [name, "inactive"]),
  );
}

/** The holder of an account has filled in Stripe's page: charges and payouts are on. */
export function onboarded(call: StripeCall, account: JsonObject): JsonObject {
  Object.assign(account, {
    capabilities: Object.fromEntries(Object.keys(objectAt(account, "capabilities")).map((name) => [name, "active"])),
    charges_enabled: true,
    details_submitted: true,
    payouts_enabled: true,
    requirements: {
      currently_due: [],
      disabled_reason: null,
      eventually_due: [],
      past_due: [],
      pending_verification: [],
    },
  });
  return updated(call, account);
}

/** An account's events are its own: they go to the endpoints of connected accounts. */
function updated(call: StripeCall, account: JsonObject): JsonObject {
  store(call, account);
  emit({ ...call, account: String(account.id) }, "account.updated", account);
  return account;
}

function newTransfer(call: StripeCall, parameters: JsonObject): JsonObject {
  const amount = numberAt(parameters, "amount") ?? 0;
  if (amount < 1) throw invalid("Invalid positive integer", "parameter_invalid_integer", "amount");
  const account = find(call, "account", String(parameters.destination), "destination");
  const { expand: _, metadata: given, ...fields } = parameters;
  const transfer = store(call, {
    id: stripeId(call.world, "tr").replace("tr_1", "tr_3"),
    object: "transfer",
    amount_reversed: 0,
    balance_transaction: null,
    created: seconds(call.world),
    description: null,
    destination_payment: stripeId(call.world, "py"),
    livemode: false,
    reversals: { object: "list", data: [], has_more: false, url: "" },
    reversed: false,
    source_transaction: null,
    source_type: "card",
    transfer_group: null,
    ...fields,
    amount,
    destination: String(account.id),
    metadata: mergedMetadata({}, given),
  });
  emit(call, "transfer.created", transfer);
  return transfer;
}

function reverse(call: StripeCall, transfer: JsonObject, parameters: JsonObject): JsonObject {
  const left = (numberAt(transfer, "amount") ?? 0) - (numberAt(transfer, "amount_reversed") ?? 0);
  const amount = numberAt(parameters, "amount") ?? left;
  if (left === 0)
    throw unexpectedState(`Transfer ${transfer.id} has already been reversed.`, "transfer_reversal_not_possible");
  if (amount < 1 || amount > left) {
    throw invalid(
      `Reversal amount (${amount}) is greater than unreversed amount on transfer (${left})`,
      null,
      "amount",
    );
  }
  const reversal: JsonObject = {
    id: stripeId(call.world, "trr"),
    object: "transfer_reversal",
    amount,
    balance_transaction: null,
    created: seconds(call.world),
    currency: transfer.currency ?? null,
    metadata: mergedMetadata({}, parameters.metadata),
    transfer: String(transfer.id),
  };
  const reversals = objectAt(transfer, "reversals");
  const rows = Array.isArray(reversals.data) ? reversals.data : [];
  Object.assign(transfer, {
    amount_reversed: (numberAt(transfer, "amount_reversed") ?? 0) + amount,
    reversed: amount === left,
    reversals: { ...reversals, data: [reversal, ...rows] },
  });
  store(call, transfer);
  emit(call, "transfer.reversed", transfer);
  return reversal;
}

/**
 * What was taken less what was given back and passed on, per currency; of a connected account, what it was sent. There
 * is no waiting for funds, and nothing is refused for lack of them.
 */
function balanceOf(call: StripeCall): JsonObject {
  const sums = new Map<string, number>();
  const add = (of: JsonObject, amount: number) =>
    sums.set(String(of.currency), (sums.get(String(of.currency)) ?? 0) + amount);
  for (const charge of allOf(call, "charge")) {
    const never = (numberAt(charge, "amount") ?? 0) - (numberAt(charge, "amount_captured") ?? 0);
    if (charge.captured === true) {
      add(charge, (numberAt(charge, "amount_captured") ?? 0) - ((numberAt(charge, "amount_refunded") ?? 0) - never));
    }
  }
  for (const transfer of allOf({ ...call, account: null }, "transfer")) {
    const amount = (numberAt(transfer, "amount") ?? 0) - (numberAt(transfer, "amount_reversed") ?? 0);
    if (call.account === null) add(transfer, -amount);
    else if (transfer.destination === call.account) add(transfer, amount);
  }
  for (const payout of allOf(call, "payout")) add(payout, -(numberAt(payout, "amount") ?? 0));
  const rows = [...sums].map(([code, amount]) => ({ amount, currency: code, source_types: { card: amount } }));
  const available = rows.length > 0 ? rows : [{ amount: 0, currency: "eur", source_types: { card: 0 } }];
  const pending = available.map((row) => ({ ...row, amount: 0, source_types: { card: 0 } }));
  return { object: "balance", available, livemode: false, pending };
}
