import { parseFunctionUrl } from "../../model/function-url.ts";
import { type Alternative, hole, parameterIn, type Value } from "../code/value.ts";
import { type Reach, type Reading, spotPlace, whenText } from "./reading.ts";

/** Texts that every URL of a function holds. */
export const urlNeedles = ["cloudfunctions.net", ".run.app"] as const;

/** A function's id, or the name of its service. */
const functionName = /^[A-Za-z][\w-]*$/;

/** Stands for an unknown part while a URL is taken apart: legal in a host and in a path. */
const filler = "zz0unknown0zz";

/**
 * Reads texts as function URLs. Unknown parts behind the function's name (a query, a deeper path) do not matter, an
 * unknown project is the environment's; an unknown region or name leaves the URL unread. `asked` "address": the value
 * must be a function's URL whatever it is; "any": it is looked at because a URL stands in it.
 */
export function readUrls(alternatives: readonly Alternative[], asked: "any" | "address"): Reading {
  let doubt = false;
  let concerns = asked === "address";
  const reaches: Reach[] = [];
  const open: Extract<Value, { kind: "parameter" }>[] = [];
  const failures: string[] = [];
  for (const alternative of alternatives) {
    const { value } = alternative;
    if (value.kind !== "text") {
      const parameter = parameterIn(value);
      // `given || "https://…"`: what may be given instead is found where it is written.
      if (asked === "any") doubt = true;
      else if (parameter !== null) open.push(parameter);
      else failures.push(`the URL cannot be told${value.kind === "unknown" ? `: ${value.reason}` : ""}`);
      continue;
    }
    if (urlNeedles.some((needle) => value.text.includes(needle))) concerns = true;
    // A calendar's subscription is fetched over HTTPS.
    const address = value.text.replace(/^webcals?:/i, "https:");
    const target = parseFunctionUrl(address.replaceAll(hole, filler));
    // `…/:path*` of a rewrite is filled in with whatever is asked for.
    const isNamed = target !== null && functionName.test(target.name) && !target.name.includes(filler);
    if (target === null || !isNamed || (target.region === null && target.form !== "run-hash")) {
      const parameter =
        asked === "address" || mayReach(value.text)
          ? value.holes.map(parameterIn).find((found) => found !== null)
          : null;
      if (parameter !== undefined && parameter !== null) open.push(parameter);
      else if (isFunctionUrlLike(value.text)) {
        const inner = value.holes[0];
        failures.push(
          `the URL does not say which function it reaches${inner?.kind === "unknown" ? `: ${inner.reason}` : ""}`,
        );
      } else if (asked === "address") {
        const host = /^https?:\/\/[^/?#]*/i.exec(value.text)?.[0].replaceAll(hole, "…") ?? "";
        failures.push(
          host === ""
            ? "what is given as an address is none"
            : `the region cannot be told: the call goes to the custom domain ${host}`,
        );
      }
      continue;
    }
    if (target.form === "emulator") continue;
    if (target.region === null) {
      failures.push(`the URL ${value.text.slice(0, 80)} names no region that is known`);
      continue;
    }
    reaches.push({
      target: { function: target.name, region: target.region, when: whenText(alternative.when) },
      source:
        alternative.env === null
          ? "url"
          : alternative.env.use === "committed"
            ? `env:${alternative.env.name}`
            : `env-fallback:${alternative.env.name}`,
      regionPlace: alternative.written === null ? null : spotPlace(alternative.written),
      project:
        target.project === null || target.project.includes(filler) || alternative.env !== null ? null : target.project,
      via: alternative.via,
      certain: alternative.sure,
    });
  }
  const certain = !doubt;
  return {
    reaches: reaches.map((reach) => ({ ...reach, certain: reach.certain && certain })),
    open,
    nameOpen: open.length > 0,
    failures,
    concerns,
  };
}

/** false: the text names another host, or is no address, whatever its unknown parts are. */
function mayReach(text: string): boolean {
  const host = /^https?:\/\/([^/?#]*)/i.exec(text)?.[1];
  if (host === undefined) return text.startsWith(hole);
  return host.includes(hole) || urlNeedles.some((needle) => host.includes(needle));
}

/** A text that can only be meant as the address of functions. */
export function isFunctionUrlLike(text: string): boolean {
  return /^https?:\/\/[^/\s]*(?:cloudfunctions\.net|\.run\.app)/i.test(text.replaceAll(hole, filler));
}
