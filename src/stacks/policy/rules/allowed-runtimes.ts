import { objectOf, textOf } from "../../json.ts";
import { generationOf } from "../function-resource.ts";
import type { ResourceRule } from "../rule.ts";
import { listed } from "../wording.ts";

/** An old runtime gets no security updates, and one day Google refuses to deploy it at all. */
export const allowedRuntimes: ResourceRule = {
  name: "allowed-runtimes",
  description: "Functions run on a runtime that the manifest allows.",
  *check(resource, manifest) {
    const generation = generationOf(resource);
    const allowed = manifest.allowedRuntimes;
    if (generation === null || allowed === null) return;
    const { props } = resource;
    const runtime = textOf(generation === 2 ? objectOf(props.buildConfig)?.runtime : props.runtime);
    if (runtime === null || allowed.includes(runtime)) return;
    const name = textOf(props.name) ?? resource.name;
    yield {
      place: manifest.functions.get(name)?.place ?? null,
      message: `${name} would run on ${runtime}, and ${manifest.file} allows ${listed(allowed)}.`,
      mend: `Name one of these as its runtime, or add ${runtime} to runtimes.allowed.`,
    };
  },
};
