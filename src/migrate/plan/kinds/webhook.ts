import type { HolderKind } from "../../../model/holders.ts";
import type { Action } from "../../../model/move.ts";
import { longest, promiseOfHolder, promiseOfHttps } from "../promises.ts";
import { begin, end, leadOver, type StepsOfKind } from "./shape.ts";

/** Answers to holders: each is led to the new copy in place, one after the other, then the old copy falls silent. */
export const webhookSteps: StepsOfKind = (input) => {
  const { facts, from, quietForMs, codebase } = input;
  const sending = facts.holders.filter(({ region, own, active }) => region === from && !own && active);
  const kinds = [...new Set(sending.map(({ ref }) => ref.kind))];
  const usual = longest(
    kinds.map((kind) => promiseOfHolder[kind]),
    promiseOfHttps,
  );
  const promise = quietForMs === null ? usual : { ...usual, forMs: quietForMs };
  const callers: readonly Action[] = facts.callers.some(({ region }) => region === from)
    ? [{ do: "switch-callers" }]
    : [];
  return [
    ...begin(input),
    ...leadOver(input),
    ...callers,
    ...(sending.length > 0 ? [{ do: "await-request", settleMs: 0, job: null } as const] : []),
    { do: "await-silence", ...promise },
    { do: "reconcile", providers: kinds.filter(canReconcile), ledger: codebase.ledger },
    ...end,
  ];
};

/** Providers that list what they have sent. */
export function canReconcile(kind: HolderKind): boolean {
  return kind === "stripe" || kind === "twilio" || kind === "telegram";
}
