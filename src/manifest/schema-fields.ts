import { z } from "zod";

/** The small parts that the schema of regions.yaml is made of. Each message reads on after the value it is about. */

/** Names of classes, codebases, front ends, environments, flows, checks. */
export const sectionName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;
/** Wider than what Google accepts today, so that any listing can be written down. */
export const functionName = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;

export const projectId = /^(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]{2,61}[a-z0-9]$/;

export const name = (what: string, description: string) =>
  z
    .string()
    .regex(sectionName, { error: `${what} is letters, digits, "-", "_" and "."` })
    .describe(description);

export const text = (description: string) =>
  z.string().regex(/\S/, { error: "must not be empty" }).describe(description);

export const region = (description: string) =>
  z
    .string()
    .regex(/^[a-z]+-[a-z]+\d+$/, { error: "is no region id (one looks like europe-west3)" })
    .describe(description);

/** YYYY-MM-DD that the calendar has. */
export const day = (description: string) =>
  z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, { error: "must be a day written as YYYY-MM-DD" })
    .refine((value) => !/^\d{4}-\d{2}-\d{2}$/.test(value) || isCalendarDay(value), {
      error: "is no day of the calendar",
    })
    .describe(description);

/** Secrets stay out of the file: only the name of an environment variable is written down. */
export const secret = (description: string) =>
  z
    .string()
    .regex(/^env:[A-Za-z_][A-Za-z0-9_]*$/, { error: 'must name an environment variable ("env:NAME"), never a secret' })
    .describe(description);

export const folder = (description: string) =>
  z
    .string()
    .regex(/\S/, { error: "must not be empty" })
    .refine((value) => !/^(?:[/\\]|[A-Za-z]:)/.test(value), {
      error: "must be a path relative to the folder of regions.yaml",
    })
    .describe(description);

export const holderKind = z.enum(["stripe", "twilio", "telegram", "scheduler", "task-queue", "push"]);
export const triggerKind = z.enum(["callable", "https", "scheduled", "task", "event", "blocking", "other"]);
export const flowVia = z.enum(["callable", "task", "holder", "trigger", "note"]);

export const memory = z
  .string()
  .regex(/^[1-9]\d*(?:Mi|Gi)B?$/, { error: "must be an amount of memory such as 256Mi or 1Gi" })
  .describe("Memory of one instance, such as 256Mi or 1Gi.");
export const cpu = z.number().positive().max(8).describe("vCPU of one instance, such as 0.1666 or 1.");
export const instances = (description: string) => z.int().min(0).max(100_000).describe(description);
export const runtime = z
  .string()
  .regex(/^[a-z]+\d+$/, { error: "is no runtime id (one looks like nodejs22)" })
  .describe("Runtime id, such as nodejs22.");

export const role = z
  .string()
  .regex(/^(?:roles|(?:projects|organizations)\/[a-z0-9.:-]+\/roles)\/[A-Za-z0-9_.]+$/, {
    error: "is no role (one looks like roles/datastore.user)",
  })
  .describe("A role, such as roles/datastore.user.");

function isCalendarDay(value: string): boolean {
  const [year, month, day] = value.split("-").map(Number);
  if (year === undefined || month === undefined || day === undefined) return false;
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  return days !== undefined && day <= days;
}
