import type { Failure } from "../model/deployment.ts";
import type { Problem } from "../model/problem.ts";

/* What the pulumi deployer tells beside changes, and how it reads what failed. */

/** What a deployment would be refused for, told with what else it would do. */
export function refusalOf({ place, message, mend }: Problem): Failure {
  const where = place === null ? "" : `${place.file}:${place.line}: `;
  return { part: null, operation: null, message: `${where}${message}${mend === null ? "" : `\n${mend}`}` };
}

export function interrupted(count: number): string {
  return `the last deployment was killed while it was at ${count} resources; \`regions deploy\` looks first what became of them`;
}

export function killed(found: number): string {
  const what = found === 0 ? "it had left nothing behind" : `${found} of its resources are there and known now`;
  return `the last deployment was killed; ${what}`;
}

export function foundAgain(found: number): string | null {
  if (found === 1) return "one resource of an earlier deployment was there and is known again";
  return found === 0 ? null : `${found} resources of an earlier deployment were there and are known again`;
}

/** Something of that name is there already, and the state does not know it. */
export function isTaken({ operation, message }: Failure): boolean {
  return operation === "create" && /ALREADY_EXISTS|\b409\b/.test(message);
}

export function withAdoption(failure: Failure): Failure {
  return { ...failure, message: `${failure.message}\n\`regions adopt\` takes over what others have deployed.` };
}

/**
 * What goes away by waiting: quotas of a minute, instances that still hold the region's vCPU, and Google's own accounts,
 * to which a role that was just given is not known everywhere yet.
 */
export function goesAwayByWaiting({ message }: Failure): boolean {
  return /RESOURCE_EXHAUSTED|\b429\b|Quota exceeded|rateLimitExceeded|unable to publish to Cloud Pub\/Sub|recently started to use Eventarc/i.test(
    message,
  );
}
