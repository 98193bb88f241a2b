import { FieldValue } from "firebase-admin/firestore";
import { onCall } from "firebase-functions/v2/https";
import type { z } from "zod";
import { type Asked, parseInput } from "../access.ts";
import { recordAdminEvent } from "../audit-log.ts";
import { db } from "../firestore.ts";
import { requireRight } from "../rights.ts";

/** One document of `settings` as it stands; `{}` before anybody has set it. */
export function readSettings(id: string) {
  return onCall(async (request) => {
    await requireRight(request, "settings");
    return (await db().collection("settings").doc(id).get()).data() ?? {};
  });
}

/** Replaces one document of `settings` by checked values and records who did it. */
export function writeSettings<Values extends object>(id: string, schema: z.ZodType<Values, Values>) {
  return onCall(async (request: Asked<typeof schema>) => {
    const actor = await requireRight(request, "settings");
    const values = parseInput(schema, request.data);
    const reference = db().collection("settings").doc(id);
    const batch = db().batch();
    batch.set(reference, { ...values, updatedBy: actor, updatedAt: FieldValue.serverTimestamp() });
    recordAdminEvent(batch, { event: `settings.${id}.changed`, actor, target: reference.path, details: values });
    await batch.commit();
    return { id };
  });
}
