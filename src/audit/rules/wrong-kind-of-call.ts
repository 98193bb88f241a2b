import type { TriggerKind } from "../../model/deployed.ts";
import { type KnownKind, kindOf, kindWords } from "../kinds.ts";
import { type Draft, defineRule } from "../rule.ts";
import type { Use } from "../uses.ts";
import { spot } from "../wording.ts";

/** A call that the function cannot answer, wherever it is: the client speaks one way, the function another. */
interface Mismatch {
  /** What the caller does, before the function's name and after it. */
  readonly does: readonly [string, string];
  readonly consequence: string;
  readonly mend: string;
  /** The caller may speak the function's way all the same; nobody can see it from here. */
  readonly perhaps?: boolean;
}

export const wrongKindOfCall = defineRule({
  id: "wrong-kind-of-call",
  area: "callers",
  severity: "error",
  title: "a caller speaks to a function in a way it does not understand",
  needs: [
    { source: "callers", facets: ["files"] },
    { source: "deployed", facets: [], optional: true },
    { source: "declared", facets: [], optional: true },
  ],
  needsManifest: false,
  check(view, out) {
    for (const use of view.uses.all) {
      if (use.how === "env" || !view.names.has(use.function) || view.isExcepted(use.function)) continue;
      const known = kindOf(view, use.function);
      if (known === null) continue;
      if ("reason" in known) {
        out.unknown(use.function, known.reason);
        continue;
      }
      const mismatch = mismatchOf(use, known);
      if (mismatch === null) out.pass();
      else out.fail(findingOf(use, known, mismatch));
    }
  },
});

function findingOf(use: Use, known: KnownKind, mismatch: Mismatch): Draft {
  const [before, after] = mismatch.does;
  return {
    message: `${spot(use.place)} ${before} ${use.function}${after}; it is ${kindWords[known.kind]}. ${mismatch.consequence}`,
    mend: mismatch.mend,
    function: use.function,
    place: use.place,
    impact: mismatch.perhaps === true ? "later" : "now",
    region: use.regions[0] ?? null,
    ...(mismatch.perhaps === true ? { severity: "warning" as const } : {}),
    confidence: use.nameProviso === null && mismatch.perhaps !== true ? "certain" : "likely",
    actual: known.kind,
    symbol: use.symbol,
    snippet: use.snippet,
    related: known.related,
  };
}

function mismatchOf(use: Use, { kind, gen1 }: KnownKind): Mismatch | null {
  // Data Connect's and others' functions: nobody here knows who may call them.
  if (kind === "other") return null;
  switch (use.how) {
    case "callable":
      return kind === "callable" ? null : asCallable(kind);
    case "enqueuer":
      return kind === "task"
        ? null
        : {
            does: ["enqueues tasks for", ""],
            consequence: "It has no queue: every task is refused.",
            mend: "Make it `onTaskDispatched`, or call it instead of enqueuing a task.",
          };
    case "rewrite":
      // A callable is reached through a rewrite by httpsCallableFromURL.
      return kind === "https" || kind === "callable"
        ? null
        : {
            does: ["leads visitors to", ""],
            consequence: gen1
              ? "The next deploy of Hosting stops: a rewrite needs an HTTPS function."
              : "Nobody but its own sender may call it: visitors get an error page.",
            mend: "Rewrite to an `onRequest` function, or remove the rewrite; then deploy Hosting.",
          };
    case "url":
      return byUrl(use, kind, gen1);
    case "env":
      return null;
  }
}

function asCallable(kind: TriggerKind): Mismatch {
  const does = ["calls", " as a callable"] as const;
  if (kind === "https") {
    return {
      does,
      consequence: "Its answer is not of the callable form: the client reports CORS or `internal`.",
      mend: "Make it `onCall`, or request its URL instead.",
    };
  }
  return {
    does,
    consequence: "Nobody but its own sender may call it: every call is refused.",
    mend:
      kind === "task"
        ? "Enqueue a task on the server instead, or call a function that is `onCall`."
        : "Call a function that is `onCall`, and let the two share their code.",
  };
}

function byUrl(use: Use, kind: TriggerKind, gen1: boolean): Mismatch | null {
  const does = ["requests", " by its URL"] as const;
  if (kind === "callable") {
    if (use.callableBody) return null;
    return {
      does,
      consequence: "It answers POST requests of the callable form (`{ data: … }`) alone, anything else with 400.",
      mend: "Call it with `httpsCallable`, or make it `onRequest`.",
      perhaps: true,
    };
  }
  if (kind !== "scheduled" && kind !== "event") return null;
  if (gen1) {
    return {
      does,
      consequence: "It has no URL: every request fails with 404.",
      mend: "Request an `onRequest` function, and let the two share their code.",
    };
  }
  return {
    does,
    consequence: "Only a sender that may invoke its service is let in, anybody else gets 403.",
    mend: "Request an `onRequest` function, and let the two share their code.",
    perhaps: true,
  };
}
