import { FieldValue } from "firebase-admin/firestore";
import { HttpsError, onCall } from "firebase-functions/v2/https";
import { onSchedule } from "firebase-functions/v2/scheduler";
import { onObjectFinalized } from "firebase-functions/v2/storage";
import { z } from "zod";
import { type Asked, parseInput, requireUser } from "../access.ts";
import { db } from "../firestore.ts";
import { country, longText, shortText } from "../input.ts";
import { request } from "../outside.ts";

/** The day's rates against the euro, as the last refresh left them. */
export const getExchangeRates = onCall(async () => {
  const rates = await db().collection("settings").doc("exchange-rates").get();
  return { day: rates.get("day") ?? null, rates: rates.get("rates") ?? {} };
});

/** Reads the European Central Bank's list of the day; a list that cannot be read leaves yesterday's in place. */
export const refreshExchangeRates = onSchedule({ schedule: "30 15 * * 1-5", timeZone: "Europe/Berlin" }, async () => {
  const list = "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml";
  const answer = await request("European Central Bank", list, {}, 15_000);
  const text = await answer.text();
  const day = text.match(/time=['"](\d{4}-\d\d-\d\d)['"]/)?.[1];
  const found = [...text.matchAll(/currency=['"]([A-Z]{3})['"] rate=['"]([\d.]+)['"]/g)];
  if (!answer.ok || day === undefined || found.length === 0) throw new Error("no exchange rates in the answer");
  const rates = Object.fromEntries(found.map(([, code, rate]) => [code, Number(rate)]));
  await db().collection("settings").doc("exchange-rates").set({ day, rates });
});

const vatNumber = z.object({ country, number: z.string().regex(/^[A-Z0-9+*.]{2,12}$/) });

/** Whether a European VAT number exists, by the Commission's own service. */
export const validateVatNumber = onCall(async (call: Asked<typeof vatNumber>) => {
  requireUser(call);
  const input = parseInput(vatNumber, call.data);
  const address = `https://ec.europa.eu/taxation_customs/vies/rest-api/ms/${input.country}/vat/${encodeURIComponent(input.number)}`;
  const answer = await request("VIES", address, {}, 10_000).catch(() => null);
  if (answer?.ok !== true) throw new HttpsError("unavailable", "The VAT service does not answer.");
  return { valid: z.object({ isValid: z.boolean() }).parse(await answer.json()).isValid };
});

/** Where the visitor probably is, by the header that Google's front end adds; null where it does not know. */
export const detectCountry = onCall((call) => {
  const code = call.rawRequest.get("x-appengine-country") ?? "ZZ";
  return { country: code === "ZZ" ? null : code };
});

const contact = z.object({ email: z.email(), subject: shortText, body: longText });

/** A message from the contact page becomes a support ticket. */
export const sendContactMessage = onCall(async (call: Asked<typeof contact>) => {
  const input = parseInput(contact, call.data);
  const createdAt = FieldValue.serverTimestamp();
  const ticket = await db()
    .collection("support_tickets")
    .add({ ...input, status: "open", createdAt });
  return { id: ticket.id };
});

/** Everything we hold about the caller, as the law asks. */
export const exportOwnData = onCall(async (call) => {
  const uid = requireUser(call);
  const collections = [
    "clients",
    "providers",
    "chatter_profiles",
    "influencer_profiles",
    "blogger_profiles",
    "group_admin_profiles",
  ];
  const documents = await db().getAll(...collections.map((collection) => db().collection(collection).doc(uid)));
  return Object.fromEntries(documents.flatMap((found) => (found.exists ? [[found.ref.parent.id, found.data()]] : [])));
});

/** A provider has uploaded a photo (photos/PROVIDER/NAME): shows it on the profile. */
export const onProfilePhotoUploaded = onObjectFinalized(async (event) => {
  const [folder, provider] = event.data.name.split("/");
  if (folder !== "photos" || provider === undefined || !event.data.contentType?.startsWith("image/")) return;
  const reference = db().collection("providers").doc(provider);
  await db().runTransaction(async (transaction) => {
    const present = await transaction.get(reference);
    // Late and repeated events: the photo that was stored last stays.
    const generation = Number(event.data.generation);
    if (!present.exists || (present.get("photoGeneration") ?? 0) >= generation) return;
    transaction.update(reference, { photo: event.data.name, photoGeneration: generation });
  });
});
