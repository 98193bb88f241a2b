import type { World } from "../http/call.ts";
import { functionName } from "../state/names.ts";
import { countRequest } from "../state/requests.ts";
import type { CopyAddress, Delivery, DeliveryAnswer, DeliveryRequest } from "./delivery.ts";

/** Delivers a request, and counts it: what runs the code does that itself, another delivery knows nothing of it. */
export async function deliverCounted(
  world: World,
  delivery: Delivery,
  copy: CopyAddress,
  request: DeliveryRequest,
): Promise<DeliveryAnswer> {
  const answer = await delivery.deliver(copy, request);
  if (delivery !== world.runtime) {
    const name = functionName(world.state, copy.region, copy.id);
    if (world.state.functions[name] !== undefined) countRequest(world.state, name, answer.status, world.now());
  }
  return answer;
}
