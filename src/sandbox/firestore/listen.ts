import type { ServerDuplexStream } from "@grpc/grpc-js";
import type { StoredDocument, StructuredQuery } from "./messages.ts";
import { readQuery } from "./query.ts";
import { shown } from "./requests.ts";
import type { DocumentStore } from "./store.ts";
import { find } from "./transactions.ts";
import type { Timestamp } from "./values.ts";

interface Target {
  readonly targetId?: number;
  readonly query?: { readonly parent: string; readonly structuredQuery?: StructuredQuery };
  readonly documents?: { readonly documents?: readonly string[] };
}

export interface ListenRequest {
  readonly addTarget?: Target;
  readonly removeTarget?: number;
}

interface Watched {
  readonly target: Target;
  /** Version of each document that the peer knows. */
  known: Map<string, number>;
}

/**
 * Serves one Listen stream, which is what onSnapshot opens: the whole result first, and after each commit what has
 * changed of it. A resume token is not followed up: whoever resumes gets the whole result again, after a RESET.
 */
export function serveListen(
  store: DocumentStore,
  call: ServerDuplexStream<ListenRequest, object>,
  fail: (error: unknown) => void,
): void {
  const watched = new Map<number, Watched>();
  const guarded = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      stop();
      fail(error);
    }
  };
  const stop = store.listen(() =>
    guarded(() => {
      let changed = false;
      for (const [id, one] of watched) changed = sendChanges(store, call, id, one) || changed;
      if (changed) call.write(mark("NO_CHANGE", [], store.readTime()));
    }),
  );
  call.on("data", ({ addTarget, removeTarget }: ListenRequest) =>
    guarded(() => {
      if (removeTarget !== undefined) {
        watched.delete(removeTarget);
        call.write(mark("REMOVE", [removeTarget], null));
      }
      if (addTarget === undefined) return;
      const id = addTarget.targetId ?? 0;
      const one: Watched = { target: addTarget, known: new Map() };
      // Refuses a query that is not served before the peer is told that it is.
      current(store, addTarget);
      watched.set(id, one);
      call.write(mark("ADD", [id], null));
      if ("resumeToken" in addTarget || "readTime" in addTarget) call.write(mark("RESET", [id], null));
      sendChanges(store, call, id, one);
      call.write(mark("CURRENT", [id], store.readTime()));
      call.write(mark("NO_CHANGE", [], store.readTime()));
    }),
  );
  call.on("end", () => {
    stop();
    call.end();
  });
  call.on("cancelled", stop);
  call.on("close", stop);
}

/** Tells what the peer does not know yet of a target; returns whether there was anything. */
function sendChanges(
  store: DocumentStore,
  call: ServerDuplexStream<ListenRequest, object>,
  id: number,
  one: Watched,
): boolean {
  const found = current(store, one.target);
  const known = new Map(found.map(({ name, version }) => [name, version]));
  const readTime = store.readTime();
  let changed = false;
  for (const document of found) {
    if (one.known.get(document.name) === document.version) continue;
    changed = true;
    call.write({ documentChange: { document: chosen(one.target, document), targetIds: [id] } });
  }
  for (const name of one.known.keys()) {
    if (known.has(name)) continue;
    changed = true;
    const gone = { document: name, removedTargetIds: [id], readTime };
    call.write(store.get(name) === null ? { documentDelete: gone } : { documentRemove: gone });
  }
  for (const name of one.known.size === 0 ? (one.target.documents?.documents ?? []) : []) {
    // A document that is not there is told, too: its listener waits for a first answer.
    if (!known.has(name)) call.write({ documentDelete: { document: name, removedTargetIds: [id], readTime } });
  }
  one.known = known;
  return changed;
}

function current(store: DocumentStore, { query, documents }: Target): StoredDocument[] {
  if (query !== undefined) return find(store, query.parent, query.structuredQuery ?? {});
  return (documents?.documents ?? []).flatMap((name) => store.get(name) ?? []);
}

function chosen({ query }: Target, document: StoredDocument) {
  if (query === undefined) return shown(document);
  const { select } = readQuery(query.parent, query.structuredQuery ?? {});
  return { ...shown(document), fields: select(document.fields) };
}

function mark(targetChangeType: string, targetIds: number[], readTime: Timestamp | null): object {
  const place =
    readTime === null ? {} : { readTime, resumeToken: Buffer.from(JSON.stringify(readTime)).toString("base64") };
  return { targetChange: { targetChangeType, targetIds, ...place } };
}
