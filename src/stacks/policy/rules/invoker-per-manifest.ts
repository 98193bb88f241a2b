import type { FunctionEntry, Manifest } from "../../../manifest/manifest.ts";
import { functionOfService, isClosed } from "../function-resource.ts";
import { type PublicBinding, publicBinding } from "../public-bindings.ts";
import type { ResourceRule, Violation } from "../rule.ts";

/** Only what customers call is open to everybody. */
export const invokerPerManifest: ResourceRule = {
  name: "invoker-per-manifest",
  description: "Everybody may call callables and https functions, and nothing that the manifest has as another kind.",
  *check(resource, manifest) {
    const binding = publicBinding(resource);
    if (binding === null) return;
    const entry = functionOfBinding(binding, manifest);
    if (entry === null) {
      // Cloud Run serves other things than functions, which are nobody's business here.
      if (binding.nameIs === "service") return;
      const message = `${binding.name} would be open to everybody (${binding.member}), and ${manifest.file} does not declare it.`;
      yield { place: null, message, mend: "Add it under functions, with its class and trigger." };
    } else if (entry.trigger !== null && isClosed(entry.trigger)) yield openedToAll(entry, entry.trigger, binding);
  },
};

export function functionOfBinding({ name, nameIs, region }: PublicBinding, manifest: Manifest): FunctionEntry | null {
  return nameIs === "function"
    ? (manifest.functions.get(name) ?? null)
    : functionOfService(manifest, name, region ?? "");
}

const startedBy = {
  scheduled: "its Scheduler job",
  task: "its queue",
  event: "its events",
};

export function openedToAll(entry: FunctionEntry, kind: string, { member }: PublicBinding): Violation {
  const starter = Object.hasOwn(startedBy, kind) ? startedBy[kind as keyof typeof startedBy] : "Google";
  return {
    place: entry.place,
    message: `${entry.name} would be open to everybody (${member}), and only ${starter} may start it (trigger: ${kind}): anybody who knows its URL could.`,
    mend: "Bind the account that starts it, in place of everybody.",
  };
}
