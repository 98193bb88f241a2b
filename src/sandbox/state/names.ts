import { canonicalUrl, serviceNameOf } from "../../model/function-url.ts";
import { regions } from "../../model/regions.ts";
import type { State } from "./state.ts";

export interface ResourceParts {
  readonly project: string;
  readonly region: string;
  readonly id: string;
}

/** `projects/P/locations/L/KIND/ID` apart. */
export function partsOf(name: string): ResourceParts {
  const [, project = "", , region = "", , id = ""] = name.split("/");
  return { project, region, id };
}

export function functionName(state: State, region: string, id: string): string {
  return `projects/${state.project}/locations/${region}/functions/${id}`;
}

export function serviceName(state: State, region: string, functionId: string): string {
  return `projects/${state.project}/locations/${region}/services/${serviceNameOf(functionId)}`;
}

export function defaultAccount(state: State, generation: 1 | 2): string {
  return generation === 1
    ? `${state.project}@appspot.gserviceaccount.com`
    : `${state.projectNumber}-compute@developer.gserviceaccount.com`;
}

/** `https://SERVICE-HASH-CODE.a.run.app`; long service names are cut so that the label keeps to 63 characters. */
export function hashUrl(state: State, region: string, service: string): string | null {
  const code = regions.get(region)?.code;
  if (code === undefined) return null;
  const tail = `-${state.urlHash}-${code}`;
  return `https://${service.slice(0, 63 - tail.length)}${tail}.a.run.app`;
}

/** `https://SERVICE-NUMBER.REGION.run.app`; null where the label would pass 63 characters. */
export function numberUrl(state: State, region: string, service: string): string | null {
  const label = `${service}-${state.projectNumber}`;
  return label.length > 63 ? null : `https://${label}.${region}.run.app`;
}

/** Every URL of a function's service, in the order of Cloud Run's `urls`. */
export function functionUrls(state: State, region: string, functionId: string): string[] {
  const service = serviceNameOf(functionId);
  return [
    numberUrl(state, region, service),
    canonicalUrl(state.project, region, functionId),
    hashUrl(state, region, service),
  ].filter((url) => url !== null);
}

/** The URL in `serviceConfig.uri` and in the targets that firebase writes. */
export function serviceUri(state: State, region: string, service: string): string {
  return hashUrl(state, region, service) ?? numberUrl(state, region, service) ?? "";
}

/** A fresh identifier: letters and digits that differ with every call and are the same for the same state. */
export function nextId(state: State, length: number): string {
  state.counter += 1;
  return scramble(`${state.urlHash}:${state.counter}`, length);
}

/** Letters and digits made from `text` alone (no random numbers: the same seed gives the same state). */
export function scramble(text: string, length: number): string {
  const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
  let result = "";
  for (let round = 0; result.length < length; round += 1) {
    let hash = 2166136261;
    for (const character of `${round}:${text}`) {
      hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619);
    }
    // Spreads the last characters over all bits, so that neighbouring numbers do not look alike.
    hash = Math.imul(hash ^ (hash >>> 15), 2246822519);
    hash ^= hash >>> 13;
    result += alphabet[(hash >>> 0) % alphabet.length];
  }
  return result;
}

/** Digits made from `text` alone. */
export function scrambledDigits(text: string, length: number): string {
  let result = "";
  for (const character of scramble(text, length)) {
    result += String((character.codePointAt(0) ?? 0) % 10);
  }
  return result;
}
