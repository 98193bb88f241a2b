import { FieldValue } from "firebase-admin/firestore";
import { HttpsError, onCall } from "firebase-functions/v2/https";
import { z } from "zod";
import { type Asked, parseInput } from "../access.ts";
import { collectionOf, type Role } from "../affiliate/roles.ts";
import { db } from "../firestore.ts";
import { documentId, target } from "../input.ts";
import { requireMember } from "./membership.ts";

const passMark = 0.8;
const quiz = z.object({ id: documentId, answers: z.array(z.int().min(0)).min(1).max(50) });

/** Notes that the caller has opened a module. Doing it again keeps the first time. */
export function trainingStart(role: Role) {
  return onCall(async (request: Asked<typeof target>) => {
    const { id: uid } = await requireMember(request, role);
    const { id } = parseInput(target, request.data);
    await publishedModule(role, id);
    const progress = db().collection(collectionOf(role, "training")).doc(`${uid}_${id}`);
    await db().runTransaction(async (transaction) => {
      if ((await transaction.get(progress)).exists) return;
      const createdAt = FieldValue.serverTimestamp();
      transaction.create(progress, { owner: uid, module: id, status: "started", createdAt });
    });
    return { id, status: "started" };
  });
}

/** Marks a module as done; its quiz, where it has one, must be passed with four answers of five right. */
export function trainingComplete(role: Role) {
  return onCall(async (request: Asked<typeof quiz>) => {
    const { id: uid } = await requireMember(request, role);
    const { id, answers } = parseInput(quiz, request.data);
    const module = await publishedModule(role, id);
    const solution: readonly number[] = module.get("solution") ?? [];
    const right = solution.filter((answer, index) => answers[index] === answer).length;
    const score = solution.length === 0 ? 1 : right / solution.length;
    const status = score >= passMark ? "completed" : "failed";
    const progress = db().collection(collectionOf(role, "training")).doc(`${uid}_${id}`);
    return db().runTransaction(async (transaction) => {
      const present = await transaction.get(progress);
      // What was passed stays passed, however a later try goes.
      if (present.get("status") === "completed")
        return { id, status: "completed", score: present.get("score") as number };
      const doneAt = FieldValue.serverTimestamp();
      const createdAt = present.get("createdAt") ?? doneAt;
      transaction.set(progress, { owner: uid, module: id, status, score, createdAt, doneAt });
      return { id, status, score };
    });
  });
}

async function publishedModule(role: Role, id: string) {
  const module = await db().collection("training_modules").doc(id).get();
  if (module.get("role") !== role.name || module.get("status") !== "published") {
    throw new HttpsError("not-found", `There is no ${id} in this programme.`);
  }
  return module;
}
