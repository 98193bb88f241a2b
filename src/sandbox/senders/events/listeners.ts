import { isObject, objectAt, textAt } from "../../state/json.ts";
import type { FunctionResource, State } from "../../state/state.ts";

/** A deployed copy that an event is for. */
export interface Listener {
  readonly resource: FunctionResource;
  /** As the copy's trigger names it. */
  readonly eventType: string;
}

/** A copy with a trigger, and what its trigger filters by. */
export interface Triggered extends Listener {
  /** Value of a filter; null where the trigger has none of that name. In the first generation all is in `resource`. */
  filter(attribute: string): string | null;
}

/** Every copy that an event could be for, wherever it runs. */
export function triggered(state: State): Triggered[] {
  const found: Triggered[] = [];
  for (const resource of Object.values(state.functions)) {
    const event = resource.eventTrigger;
    // A copy that has never come up has no trigger yet.
    if (event === undefined || resource.serviceConfig.revision === undefined) continue;
    const filters = Array.isArray(event.eventFilters) ? event.eventFilters.filter(isObject) : [];
    found.push({
      resource,
      eventType: textAt(event, "eventType") ?? "",
      filter: (attribute) => textAt(filters.find((one) => one.attribute === attribute) ?? {}, "value"),
    });
  }
  return found;
}

/** Whether Google tries again what the copy does not take. */
export function retries(resource: FunctionResource): boolean {
  return objectAt({ event: resource.eventTrigger ?? {} }, "event").retryPolicy === "RETRY_POLICY_RETRY";
}
