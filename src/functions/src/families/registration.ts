import { randomInt } from "node:crypto";
import { getAuth } from "firebase-admin/auth";
import { FieldValue } from "firebase-admin/firestore";
import { HttpsError, onCall } from "firebase-functions/v2/https";
import { z } from "zod";
import { parseInput, requireUser } from "../access.ts";
import { collectionOf, type Role, telegramBonusCents } from "../affiliate/roles.ts";
import { db } from "../firestore.ts";
import { country, shortText } from "../input.ts";

/** Without 0, O, 1 and I: codes are read out on the phone. */
const codeLetters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/**
 * Makes the signed-in user an affiliate: the profile, an affiliate code nobody else has, and the Telegram bonus, which
 * is locked. A second call answers what the first one made.
 */
export function registration<Shape extends z.ZodRawShape>(role: Role, more: Shape) {
  const common = z.object({ displayName: shortText, country, recruiterCode: shortText.nullable().default(null) });
  const own = z.object(more);
  return onCall(async (request) => {
    const uid = requireUser(request);
    const input = parseInput(common, request.data);
    const details = parseInput(own, request.data);
    const profile = db().collection(collectionOf(role, "profiles")).doc(uid);
    const affiliateCode = await db().runTransaction(async (transaction) => {
      const present = await transaction.get(profile);
      if (present.exists) return present.get("affiliateCode") as string;
      const code = `${role.codePrefix}-${Array.from({ length: 6 }, () => codeLetters[randomInt(codeLetters.length)]).join("")}`;
      const codeDocument = db().collection("affiliate_codes").doc(code);
      if ((await transaction.get(codeDocument)).exists) throw new HttpsError("aborted", "Try again.");
      const createdAt = FieldValue.serverTimestamp();
      transaction.create(codeDocument, { owner: uid, role: role.name, createdAt });
      transaction.create(profile, {
        ...input,
        ...details,
        affiliateCode: code,
        status: "pending",
        balanceCents: 0,
        bonus: { amountCents: telegramBonusCents, currency: "usd", state: "locked", creditedAt: null },
        createdAt,
      });
      return code;
    });
    const { customClaims } = await getAuth().getUser(uid);
    await getAuth().setCustomUserClaims(uid, { ...customClaims, affiliate: role.name });
    return { affiliateCode, status: "pending" };
  });
}
