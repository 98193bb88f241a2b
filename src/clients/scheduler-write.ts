import { type AddressChange, changeAddress, textAt, withTextAt } from "./change-address.ts";
import type { Google } from "./google.ts";
import { GoogleError } from "./google-error.ts";
import type { JsonObject } from "./google-send.ts";
import type { GoogleWriter } from "./google-write.ts";
import type { AddressMove } from "./move-address.ts";
import { orMissing } from "./or-missing.ts";
import { safeRecord, safeUrl } from "./safe-record.ts";
import { UncertainWriteError } from "./uncertain-write.ts";

export type JobState = "ENABLED" | "PAUSED" | "DISABLED" | "UPDATE_FAILED";

/** A job of Cloud Scheduler. */
export interface SchedulerJob {
  /** "projects/P/locations/L/jobs/J". */
  readonly name: string;
  readonly state: JobState;
  readonly schedule: string;
  readonly timeZone: string;
  /** As it may be written down; null for a job that calls no URL. */
  readonly uri: string | null;
  readonly audience: string | null;
  /** When the next run is due, RFC 3339; null where none is. */
  readonly nextRun: string | null;
  /** When the last attempt began; null before the first. */
  readonly lastAttempt: string | null;
  /** gRPC's number of how it ended, 0 = well; null before the first end. */
  readonly lastCode: number | null;
  /** The whole record, as it may be written down. */
  readonly record: JsonObject;
}

/** Null: there is no such job. Rejects with GoogleError. */
export function schedulerJob(google: Google, name: string): Promise<SchedulerJob | null> {
  return orMissing(async () => jobOf(await google.get(urlOf(name))));
}

/**
 * Pauses or resumes a job. Google refuses to pause what is paused, so its state is read first, and decides after a lost
 * answer. Rejects with GoogleError, or UncertainWriteError where the state does not show the change after two tries.
 */
export async function turnJob(
  google: GoogleWriter,
  name: string,
  to: "ENABLED" | "PAUSED",
): Promise<{ readonly outcome: "written" | "already"; readonly job: SchedulerJob }> {
  const verb = to === "PAUSED" ? "pause" : "resume";
  for (let tries = 1; ; tries += 1) {
    const before = jobOf(await google.get(urlOf(name)));
    if (before.state === to) return { outcome: tries === 1 ? "already" : "written", job: before };
    try {
      await google.post(`${urlOf(name)}:${verb}`, {}, { repeatable: false });
    } catch (thrown) {
      if (!(thrown instanceof UncertainWriteError)) throw thrown;
      const after = jobOf(await google.get(urlOf(name)));
      if (after.state === to) return { outcome: "written", job: after };
      if (tries > 1) throw thrown;
      continue;
    }
    const after = jobOf(await google.get(urlOf(name)));
    if (after.state === to) return { outcome: "written", job: after };
    throw new GoogleError({ kind: "malformed", reason: `Cloud Scheduler took :${verb} and shows ${after.state}` });
  }
}

/**
 * Runs a job once, now, whatever its schedule. Every call is one more run: after UncertainWriteError `lastAttempt` says
 * whether it began.
 */
export async function runJob(google: GoogleWriter, name: string): Promise<void> {
  await google.post(`${urlOf(name)}:run`, {}, { repeatable: false });
}

/** Changes the URL that a job calls, and its audience where that names the copy. Everything else stays. */
export function moveJob(
  google: GoogleWriter,
  name: string,
  move: AddressMove,
  others: readonly AddressMove[] = [],
): Promise<AddressChange> {
  return changeAddress(
    {
      read: () => google.get(urlOf(name)),
      fields: ["httpTarget.uri"],
      following: ["httpTarget.oidcToken.audience"],
      volatile: ["userUpdateTime", "scheduleTime", "lastAttemptTime", "status"],
      write(values, record) {
        let body = record;
        for (const [field, value] of values) body = withTextAt(body, field, value);
        // The target goes as a whole, as it was read: masks below it are not documented.
        return google.patch(urlOf(name), { httpTarget: body.httpTarget }, { updateMask: "httpTarget" });
      },
    },
    move,
    others,
  );
}

/** False: it was not there. Its runs are forgotten with it. */
export async function deleteJob(google: GoogleWriter, name: string): Promise<boolean> {
  return (await google.delete(urlOf(name))) !== null;
}

function urlOf(name: string): string {
  return `https://cloudscheduler.googleapis.com/v1/${name}`;
}

function jobOf(record: JsonObject): SchedulerJob {
  const state = textAt(record, "state");
  if (!/^(?:ENABLED|PAUSED|DISABLED|UPDATE_FAILED)$/.test(state)) {
    const reason = "the answer of cloudscheduler.googleapis.com makes no sense: a job without a state";
    throw new GoogleError({ kind: "malformed", reason });
  }
  const uri = textAt(record, "httpTarget.uri");
  const audience = textAt(record, "httpTarget.oidcToken.audience");
  const { status } = record;
  const code = typeof status === "object" && status !== null ? ((status as JsonObject).code ?? 0) : null;
  return {
    name: textAt(record, "name"),
    state: state as JobState,
    schedule: textAt(record, "schedule"),
    timeZone: textAt(record, "timeZone"),
    uri: uri === "" ? null : safeUrl(uri),
    audience: audience === "" ? null : URL.canParse(audience) ? safeUrl(audience) : audience,
    nextRun: state === "ENABLED" ? textAt(record, "scheduleTime") || null : null,
    lastAttempt: textAt(record, "lastAttemptTime") || null,
    lastCode: typeof code === "number" ? code : null,
    record: safeRecord(record),
  };
}
