import { z } from "zod";

/** A document id as callers send it: one path segment. */
export const documentId = z.string().regex(/^[^/]{1,128}$/, "expected a document id");
/** ISO 4217, lower case as Stripe writes it. */
export const currency = z.enum(["eur", "usd", "gbp", "chf"]);
/** Money is whole cents everywhere. */
export const cents = z.int().positive().max(5_000_000);
/** What is added to an amount, or taken from it. */
export const signedCents = z
  .int()
  .min(-5_000_000)
  .max(5_000_000)
  .refine((amount) => amount !== 0, "expected an amount");
/** ISO 3166-1 alpha-2. */
export const country = z.string().regex(/^[A-Z]{2}$/, "expected a two-letter country code");
export const shortText = z.string().trim().min(1).max(200);
export const longText = z.string().trim().min(1).max(20_000);
export const url = z.url({ protocol: /^https$/ });
export const share = z.number().min(0).max(1);
/** What a call that only names a document takes. */
export const target = z.object({ id: documentId });
