import type { JsonObject } from "./json.ts";
import { scramble, scrambledDigits } from "./names.ts";
import type { State } from "./state.ts";

/** A service account with what the server adds to it. */
export function newAccount(state: State, email: string, fields: JsonObject): JsonObject {
  return {
    name: accountName(state, email),
    projectId: state.project,
    uniqueId: `1${scrambledDigits(`${email}${state.counter}`, 20)}`,
    email,
    etag: etagOf(email, 1),
    ...fields,
    oauth2ClientId: `1${scrambledDigits(email, 20)}`,
  };
}

export function accountName(state: State, email: string): string {
  return `projects/${state.project}/serviceAccounts/${email}`;
}

export function etagOf(name: string, version: number): string {
  return Buffer.from(scramble(`${name}:${version}`, 8)).toString("base64");
}

/**
 * Whether an account may be named: those of other projects and Google's own are taken as they come, an account of this
 * project must have been created.
 */
export function accountExists(state: State, email: string): boolean {
  if (!email.endsWith(`@${state.project}.iam.gserviceaccount.com`)) return true;
  return state.accounts[accountName(state, email)] !== undefined;
}

/** The account that Cloud Storage acts as in this project. */
export function storageAgent({ projectNumber }: State): string {
  return `service-${projectNumber}@gs-project-accounts.iam.gserviceaccount.com`;
}
