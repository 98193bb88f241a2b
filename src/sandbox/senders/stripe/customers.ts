import type { Route } from "../../http/service.ts";
import type { JsonObject } from "../../state/json.ts";
import { allOf, find, removeObject, type StripeCall, seconds, store, stripeId } from "./account.ts";
import { endpoint } from "./endpoint.ts";
import { emit } from "./events.ts";
import { listParameters, pageOf } from "./lists.ts";
import { mergedMetadata, metadata, object, type Parameters, text, url } from "./parameters.ts";

const address = object({ city: text, country: text, line1: text, line2: text, postal_code: text, state: text });
const fields: Parameters = { address, description: text, email: text, metadata, name: text, phone: text };

export const customerRoutes: readonly Route[] = [
  endpoint("POST", "/v1/customers", { ...fields, payment_method: text }, ({ call, parameters }) =>
    newCustomer(call, parameters),
  ),
  endpoint("GET", "/v1/customers", listParameters({ email: text }), ({ call, parameters, http }) => {
    const all = allOf(call, "customer").filter((row) => (parameters.email ?? row.email) === row.email);
    return pageOf(http, all, parameters, "/v1/customers");
  }),
  endpoint("GET", "/v1/customers/{id}", {}, ({ call, path }) => find(call, "customer", path("id"))),
  endpoint("POST", "/v1/customers/{id}", fields, ({ call, parameters, path }) => {
    const customer = find(call, "customer", path("id"));
    const { metadata: change, expand: _, ...rest } = parameters;
    const previous = Object.fromEntries(Object.keys(rest).map((name) => [name, customer[name] ?? null]));
    Object.assign(customer, rest, { metadata: mergedMetadata(customer.metadata, change) });
    store(call, customer);
    emit(call, "customer.updated", customer, previous);
    return customer;
  }),
  endpoint("DELETE", "/v1/customers/{id}", {}, ({ call, path }) => {
    const customer = find(call, "customer", path("id"));
    removeObject(call, customer);
    emit(call, "customer.deleted", customer);
    return { id: String(customer.id), object: "customer", deleted: true };
  }),
  endpoint(
    "POST",
    "/v1/billing_portal/sessions",
    { customer: text, return_url: url, configuration: text, locale: text },
    ({ call, parameters }) => {
      const customer = find(call, "customer", String(parameters.customer), "customer");
      const id = stripeId(call.world, "bps");
      return {
        id,
        object: "billing_portal.session",
        configuration: parameters.configuration ?? null,
        created: seconds(call.world),
        customer: String(customer.id),
        livemode: false,
        locale: parameters.locale ?? null,
        return_url: parameters.return_url ?? null,
        url: `https://billing.stripe.com/p/session/test_${id.slice(4)}`,
      };
    },
    ["customer"],
  ),
];

export function newCustomer(call: StripeCall, parameters: JsonObject): JsonObject {
  const { expand: _, payment_method: method, metadata: given, ...rest } = parameters;
  const customer = store(call, {
    id: stripeId(call.world, "cus").replace("cus_1S", "cus_T"),
    object: "customer",
    address: null,
    balance: 0,
    created: seconds(call.world),
    currency: null,
    default_source: null,
    delinquent: false,
    description: null,
    email: null,
    invoice_settings: { custom_fields: null, default_payment_method: method ?? null, footer: null },
    livemode: false,
    metadata: mergedMetadata({}, given),
    name: null,
    phone: null,
    shipping: null,
    ...rest,
  });
  emit(call, "customer.created", customer);
  return customer;
}
