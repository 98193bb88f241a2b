import { randomInt } from "node:crypto";
import { getAuth } from "firebase-admin/auth";
import { FieldValue } from "firebase-admin/firestore";
import { HttpsError, onCall } from "firebase-functions/v2/https";
import { z } from "zod";
import { type AskedFor, parseInput, requireUser } from "../access.ts";
import { collectionOf, type Role, telegramBonusCents } from "../affiliate/roles.ts";
import { app } from "../app.ts";
import { db } from "../firestore.ts";
import { country, shortText } from "../input.ts";

/** Without 0, O, 1 and I: codes are read out on the phone. */
const codeLetters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/** A new code is taken already about once in a billion registrations; five in a row mean something else is wrong. */
const codesTried = 5;

const common = z.object({ displayName: shortText, country, recruiterCode: shortText.nullable().default(null) });

/**
 * Makes the signed-in user an affiliate: the profile, an affiliate code nobody else has, the recruit of whoever sent him
 * or her, and the Telegram bonus, which is locked. A second call answers what the first one made.
 */
export function registration<Shape extends z.ZodRawShape>(role: Role, more: Shape) {
  const own = z.object(more);
  return onCall(async (request: AskedFor<Shape & typeof common.shape>) => {
    const uid = requireUser(request);
    const input = parseInput(common, request.data);
    const details = parseInput(own, request.data);
    const profile = db().collection(collectionOf(role, "profiles")).doc(uid);
    const affiliate = await db().runTransaction(async (transaction) => {
      const present = await transaction.get(profile);
      if (present.exists) {
        return { code: present.get("affiliateCode") as string, status: present.get("status") as string };
      }
      const candidates = Array.from({ length: codesTried }, () =>
        db().collection("affiliate_codes").doc(newCode(role)),
      );
      const taken = await transaction.getAll(...candidates);
      const code = taken.find((candidate) => !candidate.exists)?.ref;
      if (code === undefined) throw new HttpsError("aborted", "Try again.");
      const recruiter = input.recruiterCode === null ? null : encodeURIComponent(input.recruiterCode);
      const by = recruiter === null ? null : await transaction.get(db().collection("affiliate_codes").doc(recruiter));
      if (by !== null && by.get("role") !== role.name) {
        throw new HttpsError("invalid-argument", "recruiterCode: nobody in this programme has this code");
      }
      const createdAt = FieldValue.serverTimestamp();
      transaction.create(code, { owner: uid, role: role.name, createdAt });
      transaction.create(profile, {
        ...input,
        ...details,
        affiliateCode: code.id,
        status: "pending",
        balanceCents: 0,
        earnedCents: 0,
        bonus: { amountCents: telegramBonusCents, currency: "usd", state: "locked", creditedAt: null },
        createdAt,
      });
      if (by !== null) {
        const recruit = { owner: by.get("owner") as string, recruit: uid, status: "registered", createdAt };
        transaction.create(db().collection(collectionOf(role, "recruits")).doc(uid), recruit);
      }
      transaction.create(db().collection("registrations").doc(`${role.name}_${uid}`), { role: role.name, createdAt });
      return { code: code.id, status: "pending" };
    });
    await claimRole(uid, role);
    return { affiliateCode: affiliate.code, status: affiliate.status };
  });
}

function newCode(role: Role): string {
  return `${role.codePrefix}-${Array.from({ length: 6 }, () => codeLetters[randomInt(codeLetters.length)]).join("")}`;
}

/** Adds the programme to the account's claims, for pages to know what to show; rights are asked of the profile. */
async function claimRole(uid: string, role: Role): Promise<void> {
  const { customClaims } = await getAuth(app()).getUser(uid);
  const present: readonly string[] = z.array(z.string()).catch([]).parse(customClaims?.affiliate);
  if (present.includes(role.name)) return;
  await getAuth(app()).setCustomUserClaims(uid, { ...customClaims, affiliate: [...present, role.name] });
}
