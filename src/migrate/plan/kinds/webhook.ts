import type { HolderKind } from "../../../model/holders.ts";
import type { Action } from "../../../model/move.ts";
import { longest, promiseOfHolder, promiseOfHttps } from "../promises.ts";
import { begin, end, leadOver, type StepsOfKind, sendersOf } from "./shape.ts";

/** Answers to holders: each is led to the new copy in place, one after the other, then the old copy falls silent. */
export const webhookSteps: StepsOfKind = (input) => {
  const { entry, facts, from, quietForMs, codebase } = input;
  const senders = sendersOf(input);
  const usual = promiseOfSenders(senders, entry.holders);
  const promise = quietForMs === null ? usual : { ...usual, forMs: quietForMs };
  const callers: readonly Action[] = facts.callers.some(({ region }) => region === from)
    ? [{ do: "switch-callers" }]
    : [];
  return [
    ...begin(input),
    ...leadOver(input),
    ...callers,
    ...(senders.length > 0 ? [{ do: "await-request", settleMs: 0, job: null } as const] : []),
    { do: "await-silence", ...promise },
    { do: "reconcile", providers: senders.filter(canReconcile), ledger: codebase.ledger },
    ...end,
  ];
};

/** Who found senders are and who regions.yaml says they are; where that names nobody, nobody knows who else may call. */
export function promiseOfSenders(found: readonly HolderKind[], declared: readonly HolderKind[]) {
  const promises = [...new Set([...found, ...declared])].map((kind) => promiseOfHolder[kind]);
  return longest(declared.length === 0 ? [...promises, promiseOfHttps] : promises, promiseOfHttps);
}

/** Providers that list what they have sent. */
export function canReconcile(kind: HolderKind): boolean {
  return kind === "stripe" || kind === "twilio" || kind === "telegram";
}
