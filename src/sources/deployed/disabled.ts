import type { GoogleError } from "../../clients/google-error.ts";
import type { DeployedFunction } from "../../model/deployed.ts";
import type { ListedService } from "./services.ts";

/**
 * The API is switched off in the very project that was asked about. Then the project has no jobs, queues, triggers,
 * databases or buckets that could reach a function, so this is an answer and no gap. Where another project pays for the
 * calls (a user's own credentials do that), its switch says nothing about the project, and it stays a gap.
 */
export function isSwitchedOffHere(error: GoogleError, project: string, projectNumber: () => string | null): boolean {
  if (error.kind !== "disabled" || error.consumer === null) return false;
  const consumer = error.consumer.replace(/^projects\//, "");
  return consumer === project || consumer === projectNumber();
}

/** The project's number as its own resources write it: in run.app URLs; null where none shows it. */
export function projectNumberOf(
  functions: readonly { readonly fact: DeployedFunction }[],
  services: readonly ListedService[],
): string | null {
  for (const { urls } of [...services, ...functions.map(({ fact }) => fact)]) {
    for (const url of urls) {
      const number = /^https:\/\/[a-z0-9-]+-(\d{6,})\.[a-z0-9-]+\.run\.app/.exec(url)?.[1];
      if (number !== undefined) return number;
    }
  }
  return null;
}
