import { type DocumentSnapshot, FieldValue, type Transaction } from "firebase-admin/firestore";
import { HttpsError, onCall } from "firebase-functions/v2/https";
import { z } from "zod";
import { type Asked, type AskedFor, parseInput } from "../access.ts";
import { collectionOf, type Kind, type Role } from "../affiliate/roles.ts";
import { db } from "../firestore.ts";
import { target } from "../input.ts";
import { page, readPage } from "../paging.ts";
import { requireMember } from "./membership.ts";

/** A page of the caller's own documents of a kind, newest first. */
export function ownList(role: Role, kind: Kind) {
  return onCall(async (request: Asked<typeof page>) => {
    const { id: uid } = await requireMember(request, role);
    const collection = db().collection(collectionOf(role, kind));
    const query = collection.where("owner", "==", uid).orderBy("createdAt", "desc");
    return readPage(collection, query, parseInput(page, request.data));
  });
}

/** One of the caller's own documents. Somebody else's is "not found", so that ids cannot be tried out. */
export function ownGet(role: Role, kind: Kind) {
  return onCall(async (request: Asked<typeof target>) => {
    const { id: uid } = await requireMember(request, role);
    const { id } = parseInput(target, request.data);
    const document = await db().collection(collectionOf(role, kind)).doc(id).get();
    if (document.get("owner") !== uid) throw new HttpsError("not-found", `There is no ${id} among yours.`);
    return { id, ...document.data() };
  });
}

/** Adds a document that belongs to the caller. */
export function ownCreate<Shape extends z.ZodRawShape>(role: Role, kind: Kind, fields: Shape) {
  const schema = z.object(fields);
  return onCall(async (request: Asked<typeof schema>) => {
    const { id: uid } = await requireMember(request, role);
    const values = parseInput(schema, request.data);
    const document = db().collection(collectionOf(role, kind)).doc();
    await document.create({ ...values, owner: uid, status: "pending", createdAt: FieldValue.serverTimestamp() });
    return { id: document.id };
  });
}

/** Changes the named fields of one of the caller's own documents; it has to be looked at again after that. */
export function ownUpdate<Shape extends z.ZodRawShape>(role: Role, kind: Kind, fields: Shape) {
  const schema = z.object(fields);
  return onCall(async (request: AskedFor<Shape & typeof target.shape>) => {
    const { id: uid } = await requireMember(request, role);
    const { id } = parseInput(target, request.data);
    const values = parseInput(schema, request.data);
    await db().runTransaction(async (transaction) => {
      const reference = db().collection(collectionOf(role, kind)).doc(id);
      const document = await transaction.get(reference);
      if (document.get("owner") !== uid) throw new HttpsError("not-found", `There is no ${id} among yours.`);
      transaction.update(reference, { ...values, status: "pending", updatedAt: FieldValue.serverTimestamp() });
    });
    return { id };
  });
}

/** Puts one of the caller's own documents into a status, if it is in one of those it may leave. */
export function ownStatus(
  role: Role,
  kind: Kind,
  change: {
    from: readonly string[];
    to: string;
    /** Further writes that belong to the change, in its transaction. */
    also?: (transaction: Transaction, document: DocumentSnapshot) => void;
  },
) {
  return onCall(async (request: Asked<typeof target>) => {
    const { id: uid } = await requireMember(request, role);
    const { id } = parseInput(target, request.data);
    await db().runTransaction(async (transaction) => {
      const reference = db().collection(collectionOf(role, kind)).doc(id);
      const document = await transaction.get(reference);
      if (document.get("owner") !== uid) throw new HttpsError("not-found", `There is no ${id} among yours.`);
      const status: string = document.get("status");
      if (status === change.to) return;
      if (!change.from.includes(status)) {
        throw new HttpsError("failed-precondition", `It is ${status}; it can no longer become ${change.to}.`);
      }
      transaction.update(reference, { status: change.to, statusAt: FieldValue.serverTimestamp() });
      change.also?.(transaction, document);
    });
    return { id, status: change.to };
  });
}
