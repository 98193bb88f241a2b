import { type CallableRequest, HttpsError } from "firebase-functions/v2/https";
import type { z } from "zod";

/** What a callable is asked with, before it is checked by the schema: the generated client has its type from here. */
export type Asked<Schema extends z.ZodType> = CallableRequest<z.input<Schema>>;
/** The same by the fields of schemas; types that cannot be told apart yet are joined here. */
export type AskedFor<Shape extends z.ZodRawShape> = CallableRequest<z.input<z.ZodObject<Shape>>>;

/** User id of the caller; refuses whoever is not signed in. */
export function requireUser(request: CallableRequest): string {
  if (request.auth === undefined) throw new HttpsError("unauthenticated", "Sign in first.");
  return request.auth.uid;
}

/** User id of the caller; refuses whoever does not carry the admin claim. */
export function requireAdmin(request: CallableRequest): string {
  const uid = requireUser(request);
  if (request.auth?.token.role !== "admin") throw new HttpsError("permission-denied", "Administrators only.");
  return uid;
}

/** The request's data by a schema; a caller who sends something else is told which field is wrong. */
export function parseInput<Output>(schema: z.ZodType<Output>, data: unknown): Output {
  const result = schema.safeParse(data ?? {});
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join(".") || "input"}: ${issue.message}`);
  throw new HttpsError("invalid-argument", problems.join("; "));
}
