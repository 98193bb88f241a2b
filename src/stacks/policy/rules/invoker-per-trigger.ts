import type { TriggerKind } from "../../../model/deployed.ts";
import { serviceNameOf } from "../../../model/function-url.ts";
import { textOf } from "../../json.ts";
import { generationOf, isClosed, regionProperty, triggerOf } from "../function-resource.ts";
import { publicBinding } from "../public-bindings.ts";
import type { PolicyResource, StackRule } from "../rule.ts";
import { functionOfBinding, openedToAll } from "./invoker-per-manifest.ts";

/** As invoker-per-manifest, where the manifest leaves the kind to the code: the function's own resource tells it. */
export const invokerPerTrigger: StackRule = {
  name: "invoker-per-trigger",
  description: "Everybody may call a function only if it is known to be a callable or an https function.",
  *check(resources, manifest) {
    const kinds = kindsOf(resources);
    for (const resource of resources) {
      const binding = publicBinding(resource);
      const entry = binding === null ? null : functionOfBinding(binding, manifest);
      if (binding === null || entry === null) continue;
      // Said before anything was made.
      if (entry.trigger !== null && isClosed(entry.trigger)) continue;
      const kind = kinds.get(`${binding.region}/${serviceNameOf(binding.name)}`);
      if (kind !== undefined && isClosed(kind)) yield { resource, ...openedToAll(entry, kind, binding) };
      else if (kind === undefined && entry.trigger === null) {
        yield {
          resource,
          place: entry.place,
          message: `${entry.name} would be open to everybody (${binding.member}), and neither ${manifest.file} nor a function of this stack says that it is a callable or an https function.`,
          mend: "Add trigger: callable or trigger: https to its line, or bind accounts.",
        };
      }
    }
  },
};

/** Kinds of the functions of the stack, by region and service. */
function kindsOf(resources: readonly PolicyResource[]): Map<string, TriggerKind> {
  const kinds = new Map<string, TriggerKind>();
  for (const resource of resources) {
    const generation = generationOf(resource);
    const name = textOf(resource.props.name);
    if (generation === null || name === null) continue;
    kinds.set(`${textOf(resource.props[regionProperty(generation)])}/${serviceNameOf(name)}`, triggerOf(resource));
  }
  return kinds;
}
