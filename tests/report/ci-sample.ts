import type { Report } from "../../src/model/finding.ts";
import type { CiFrame } from "../../src/report/ci-frame.ts";
import { finding, report } from "./sample.ts";

/** The audit of a fleet in the folder `fleet` of a repository. */
export function frame(over: Partial<CiFrame> = {}): CiFrame {
  return {
    folder: "fleet",
    home: { file: "regions.yaml", line: 1 },
    failOn: "error",
    exitCode: 1,
    version: "1.2.3",
    rules: [
      {
        id: "mismatched-caller",
        title: "a caller names a region where the function does not belong",
        severity: "error",
        area: "callers",
        page: "# mismatched-caller\n\nA page calls elsewhere.\n",
      },
      { id: "undecided", title: "nobody has decided", severity: "warning", area: "fleet", page: "# undecided\n" },
    ],
    ...over,
  };
}

export const error = finding();

/** A fact of the cloud: it stands in no file, its line of the manifest is related. */
export const cloudError = finding({
  rule: "wrong-region",
  impact: "now",
  message: "stripeWebhook is live in europe-west1 alone; it belongs in europe-west3.",
  mend: "",
  function: "stripeWebhook",
  place: null,
  expected: ["europe-west3"],
  related: [
    { place: null, message: "stripe calls it there" },
    { place: { file: "regions.yaml", line: 40, column: 3 }, message: "class payments wants it in europe-west3" },
  ],
  fingerprint: "aa00000000000000",
  fixable: false,
});

export const warning = finding({
  rule: "undecided",
  severity: "warning",
  confidence: "likely",
  impact: "later",
  message: "Nobody has decided where exportArticles belongs.",
  mend: "Decide.",
  function: "exportArticles",
  place: { file: "regions.yaml", line: 14 },
  related: [],
  fingerprint: "bb00000000000000",
});

export const suppressed = finding({
  function: "registerBlogger",
  fingerprint: "cc00000000000000",
  suppressed: {
    kind: "ignore",
    reason: "retired with the old page",
    owner: "growth",
    until: "2027-01-31",
    place: { file: "regions.yaml", line: 90, column: 5 },
  },
});

/** Each kind of thing that a report has. */
export const everything: Report = report({
  findings: [cloudError, error, warning, suppressed],
  gaps: [
    {
      source: "deployed",
      facet: "functions",
      scope: "europe-west4",
      region: "europe-west4",
      reason: "it did not answer",
    },
  ],
  notChecked: [{ rule: "stale-holder", scope: "*", reason: "holders were not asked for" }],
  sources: { declared: "read", callers: "read", deployed: "partial", holders: "not asked", state: "not asked" },
});

const nasty =
  "\u001b[31m<b>&\"'%0A::error::x ##[error] ]]> --> `code` [a](1) @acme/admins \uFFFE\u202E\n::stop-commands::x";

/** Names and texts that somebody has chosen to do harm. */
export const hostile: Report = report({
  project: nasty,
  environment: nasty,
  findings: [
    finding({
      rule: "mismatched-caller",
      function: nasty,
      message: nasty,
      mend: nasty,
      place: { file: `a b/${nasty}#?:,.ts`, line: 3 },
      related: [{ place: { file: `c/${nasty}`, line: 1 }, message: nasty }],
    }),
    finding({
      suppressed: { kind: "ignore", reason: nasty, owner: nasty, until: null, place: { file: nasty, line: 1 } },
    }),
  ],
  gaps: [{ source: "callers", facet: "files", scope: nasty, region: null, reason: nasty }],
  notChecked: [{ rule: "stale-holder", scope: nasty, reason: nasty }],
  sources: { declared: "read", callers: "partial", deployed: "failed", holders: "not asked", state: "not asked" },
});

/** So many errors after as many warnings, each of its own. */
export function many(number: number): Report {
  const rows = [...Array(number).keys()];
  return report({
    findings: [
      ...rows.map((index) => finding({ severity: "warning", fingerprint: `w${index}`, message: `warning ${index}` })),
      ...rows.map((index) => finding({ fingerprint: `e${index}`, message: `error ${index}` })),
    ],
  });
}

export const clean: Report = report();
