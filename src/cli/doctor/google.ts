import type { Google } from "../../clients/google.ts";
import { GoogleError } from "../../clients/google-error.ts";
import { credentialsMend } from "../../clients/google-token.ts";
import { type GoogleApi, googleApis } from "./google-apis.ts";
import type { DoctorLine } from "./line.ts";

export interface GoogleAccess {
  readonly google: Google;
  /** What the token comes from, for people; no secret. */
  readonly origin: string;
  /** Rejects with GoogleError where there are no credentials, whose reason says what to type. */
  readonly token: () => Promise<string>;
}

const credentials = {
  name: "Google credentials",
  unlocks: "looking at what is deployed; without them: `--deployed FILE` with a listing of firebase or gcloud",
};

/** Credentials, the project, and each API that a look reads, all asked at once. Rejects only with an abort. */
export async function googleLines(
  access: GoogleAccess,
  project: string | null,
  now: Date,
): Promise<readonly DoctorLine[]> {
  if (project === null) {
    const todo = "Name the project in regions.yaml, or give a listing with --deployed.";
    return [{ ...credentials, state: "not configured", detail: "no project is known, so Google is not asked", todo }];
  }
  const refusal = await failureOf(access.token());
  if (refusal !== null) return refused(refusal, project);
  const answers = await Promise.all(
    googleApis.map(async (api) => ({ api, error: await failureOf(api.probe(access.google, project, now)) })),
  );
  const first = answers[0]?.error ?? null;
  if (first !== null && answers.every(({ error }) => error?.status === 401)) return refused(first, project);
  return [
    { ...credentials, state: "present", detail: access.origin, todo: null },
    projectLine(
      project,
      answers.map(({ error }) => error),
    ),
    ...answers.map(({ api, error }) => apiLine(api, project, error)),
  ];
}

/** One cause, told once; the APIs are still named with what they unlock. */
function refused(error: GoogleError, project: string): readonly DoctorLine[] {
  const detail = "not asked: the credentials do not work";
  const reason = error.reason.replace(`; ${credentialsMend}`, "");
  const todo = `${credentialsMend.charAt(0).toUpperCase()}${credentialsMend.slice(1)}.`;
  return [
    { ...credentials, state: "missing", detail: reason, todo },
    { name: `project ${project}`, state: "missing", detail, unlocks: "every look at Google", todo: null },
    ...googleApis.map(({ name, unlocks }): DoctorLine => ({ name, state: "missing", detail, unlocks, todo: null })),
  ];
}

function projectLine(project: string, errors: readonly (GoogleError | null)[]): DoctorLine {
  const line = { name: `project ${project}`, unlocks: "every look at Google" };
  if (errors.some((error) => error === null)) return { ...line, state: "present", detail: "it answers", todo: null };
  const [first] = errors;
  const unknown = first?.kind === "not-found" || first?.kind === "denied" || first?.kind === "invalid";
  return {
    ...line,
    state: "missing",
    detail: first?.reason ?? "nothing was asked",
    todo: unknown
      ? `Check the project's id, and that these credentials may see it: \`gcloud projects describe ${project}\`.`
      : "Check the connection, and try again.",
  };
}

function apiLine(api: GoogleApi, project: string, error: GoogleError | null): DoctorLine {
  const { name, unlocks, permission } = api;
  if (error === null) return { name, state: "present", detail: `${permission} is granted`, unlocks, todo: null };
  return { name, state: "missing", detail: error.reason, unlocks, todo: todoOf(api, project, error) };
}

function todoOf({ host, role, permission }: GoogleApi, project: string, error: GoogleError): string {
  switch (error.kind) {
    case "disabled": {
      const payer = error.consumer?.replace(/^projects\//, "") ?? project;
      return `If the project uses it: \`gcloud services enable ${host} --project ${payer}\`.`;
    }
    case "denied":
      return `Ask for ${permission} on project ${project}; ${role} has it.`;
    case "not-found":
    case "invalid":
      return "Check the project's id in regions.yaml.";
    default:
      return "Check the connection, and try again.";
  }
}

async function failureOf(asked: Promise<unknown>): Promise<GoogleError | null> {
  try {
    await asked;
    return null;
  } catch (thrown) {
    if (thrown instanceof GoogleError) return thrown;
    throw thrown;
  }
}
