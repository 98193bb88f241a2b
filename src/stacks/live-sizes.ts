import type { LiveSizes, Sizes } from "../model/deployment.ts";
import { type JsonObject, objectOf, textOf } from "./json.ts";
import type { FleetPlan, Inputs, ResourceSpec } from "./resource.ts";
import type { StackState } from "./state.ts";

/**
 * The sizes of everything that was adopted and that the plan wants, as the state has them and as the plan would have
 * them. A function that is live in none of its regions is compared by the copies that it has elsewhere. What a
 * deployment has made since is not adopted any longer, and no part of it.
 */
export function liveSizes(plan: FleetPlan, state: StackState): LiveSizes[] {
  const planned = plan.resources.filter(isFunction);
  const adopted = state.resources.filter((one) => isFunction(one) && one.protect);
  const copies = Map.groupBy(adopted, ({ inputs }) => textOf(inputs.name) ?? "");
  const wanted = Map.groupBy(planned, ({ of }) => of?.function ?? "");
  return [...wanted].flatMap(([name, specs]) => {
    const known = new Set(state.resources.filter(isFunction).map(keyOf));
    const own = copies.get(name) ?? [];
    const inPlace = specs.some((spec) => known.has(keyOf(spec)));
    return own.flatMap((copy): LiveSizes[] => {
      const spec = specs.find((one) => keyOf(one) === keyOf(copy)) ?? (inPlace ? undefined : specs[0]);
      if (spec === undefined) return [];
      const region = textOf(copy.inputs.location) ?? textOf(copy.inputs.region) ?? "";
      return [{ function: name, region, inPlace, live: sizesOf(copy.inputs), next: sizesOf(spec.inputs) }];
    });
  });
}

function isFunction({ type }: { readonly type: string }): boolean {
  return type.endsWith("/function:Function");
}

function keyOf({ type, name }: Pick<ResourceSpec, "name"> & { readonly type: string }): string {
  return `${type} ${name}`;
}

function sizesOf(inputs: Inputs | JsonObject): Sizes {
  const service = objectOf(inputs.serviceConfig);
  const build = objectOf(inputs.buildConfig);
  if (service === null && build === null) {
    return {
      runtime: textOf(inputs.runtime),
      memory: quantityOf(inputs.availableMemoryMb),
      cpu: null,
      minInstances: numberIn(inputs.minInstances) ?? 0,
      maxInstances: numberIn(inputs.maxInstances),
    };
  }
  return {
    runtime: textOf(build?.runtime),
    memory: quantityOf(service?.availableMemory),
    cpu: vcpuOf(service?.availableCpu),
    minInstances: numberIn(service?.minInstanceCount) ?? 0,
    maxInstances: numberIn(service?.maxInstanceCount),
  };
}

/** "1024Mi" and "1Gi" are the same; "256M" is another amount, and stays as it is. */
function quantityOf(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  const [, amount, unit] = /^(\d+)(Mi|Gi|)$/.exec(String(value)) ?? [];
  if (amount === undefined) return String(value);
  const mebibytes = Number(amount) * (unit === "Gi" ? 1024 : 1);
  return mebibytes % 1024 === 0 ? `${mebibytes / 1024}Gi` : `${mebibytes}Mi`;
}

/** "1", "0.1666", and Cloud Run's "583m". */
function vcpuOf(value: unknown): number | string | null {
  const [, amount, thousandths] = /^(\d+(?:\.\d+)?)(m?)$/.exec(String(value ?? "")) ?? [];
  if (amount === undefined) return textOf(value);
  return thousandths === "m" ? Number(amount) / 1000 : Number(amount);
}

/** The engine hands numbers on as numbers or as text. */
function numberIn(value: unknown): number | null {
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}
