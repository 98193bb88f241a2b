import type { Route } from "../../http/service.ts";
import { type JsonObject, objectAt } from "../../state/json.ts";
import { allOf, find, type StripeCall, seconds, store, stripeId } from "./account.ts";
import { endpoint } from "./endpoint.ts";
import { emit } from "./events.ts";
import { listParameters, pageOf } from "./lists.ts";
import { boolean, choice, currency, integer, mergedMetadata, metadata, object, text } from "./parameters.ts";
import { invalid } from "./refusal.ts";

export const recurring = object(
  { interval: choice("day", "week", "month", "year"), interval_count: integer },
  "interval",
);

export const priceRoutes: readonly Route[] = [
  endpoint(
    "POST",
    "/v1/products",
    { id: text, name: text, description: text, active: boolean, metadata },
    ({ call, parameters }) => newProduct(call, parameters),
    ["name"],
  ),
  endpoint("GET", "/v1/products/{id}", {}, ({ call, path }) => find(call, "product", path("id"))),
  endpoint("GET", "/v1/products", listParameters({ active: boolean }), ({ call, parameters, http }) =>
    pageOf(http, allOf(call, "product"), parameters, "/v1/products"),
  ),
  endpoint(
    "POST",
    "/v1/prices",
    {
      active: boolean,
      currency,
      lookup_key: text,
      metadata,
      nickname: text,
      product: text,
      product_data: object({ name: text, metadata }, "name"),
      recurring,
      unit_amount: integer,
    },
    ({ call, parameters }) => newPrice(call, parameters),
    ["currency"],
  ),
  endpoint("GET", "/v1/prices/{id}", {}, ({ call, path }) => find(call, "price", path("id"))),
  endpoint("GET", "/v1/prices", listParameters({ active: boolean, product: text }), ({ call, parameters, http }) => {
    const all = allOf(call, "price").filter((price) => (parameters.product ?? price.product) === price.product);
    return pageOf(http, all, parameters, "/v1/prices");
  }),
];

function newProduct(call: StripeCall, parameters: JsonObject): JsonObject {
  const product = store(call, {
    id: parameters.id ?? stripeId(call.world, "prod").replace("prod_1S", "prod_T"),
    object: "product",
    active: parameters.active ?? true,
    created: seconds(call.world),
    description: parameters.description ?? null,
    livemode: false,
    metadata: mergedMetadata({}, parameters.metadata),
    name: parameters.name ?? "",
    type: "service",
    updated: seconds(call.world),
  });
  emit(call, "product.created", product);
  return product;
}

/** A price of a product that is there, or comes with it. */
export function newPrice(call: StripeCall, parameters: JsonObject): JsonObject {
  if (parameters.unit_amount === undefined) {
    throw invalid("Missing required param: unit_amount.", "parameter_missing", "unit_amount");
  }
  if (parameters.product === undefined && parameters.product_data === undefined) {
    throw invalid("Missing required param: product.", "parameter_missing", "product");
  }
  const product =
    typeof parameters.product === "string"
      ? find(call, "product", parameters.product, "product")
      : newProduct(call, objectAt(parameters, "product_data"));
  const repeats = parameters.recurring === undefined ? null : objectAt(parameters, "recurring");
  const price = store(call, {
    id: stripeId(call.world, "price"),
    object: "price",
    active: parameters.active ?? true,
    billing_scheme: "per_unit",
    created: seconds(call.world),
    currency: parameters.currency ?? "",
    livemode: false,
    lookup_key: parameters.lookup_key ?? null,
    metadata: mergedMetadata({}, parameters.metadata),
    nickname: parameters.nickname ?? null,
    product: String(product.id),
    recurring: repeats === null ? null : { interval_count: 1, meter: null, usage_type: "licensed", ...repeats },
    type: repeats === null ? "one_time" : "recurring",
    unit_amount: parameters.unit_amount ?? 0,
    unit_amount_decimal: String(parameters.unit_amount ?? 0),
  });
  emit(call, "price.created", price);
  return price;
}
