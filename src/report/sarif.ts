import type { Finding, Report, Suppression } from "../model/finding.ts";
import type { Place } from "../model/place.ts";
import type { CiFrame, RuleInfo } from "./ci-frame.ts";
import { count } from "./layout.ts";
import { ranked, shownAt } from "./ranked.ts";
import { repositoryUri } from "./repository-path.ts";
import { gapText, type Unread, unread, unreadRule } from "./unread.ts";
import { visible, visibleJson } from "./visible.ts";

/*
 * SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html
 * GitHub's limits: https://docs.github.com/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit
 */

/** GitHub keeps so many results of a run, and so many places of a result. */
const mostResults = 5_000;
const mostPlaces = 100;

const schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

const unreadPage = `# ${unreadRule}

Something that was asked for could not be looked at, so the audit is not complete: findings may be missing, and an alert
that has gone may not have been mended. \`regions doctor\` says which credential, permission or tool is missing.
`;

const unreadInfo: RuleInfo = {
  id: unreadRule,
  title: "something that was asked for could not be looked at",
  severity: "error",
  area: "look",
  page: unreadPage,
};

/**
 * A SARIF log of one run. Suppressed results stay in it, marked. A gap is a notification of a run that did not succeed,
 * and also a result, because GitHub shows results alone. What exceeds GitHub's limits is cut from the end, the least
 * severe first, and told as a notification.
 */
export function sarifReport(report: Report, frame: CiFrame): string {
  const rules = [...frame.rules, unreadInfo];
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  const sources = unread(report);
  const findings = ranked(report.findings);
  const kept = findings.slice(0, mostResults - sources.length);
  const results = [
    ...sources.map((one) => unreadResult(one, frame, indexes)),
    ...kept.map((finding) => result(finding, frame, indexes)),
  ];
  const asked = Object.entries(report.sources).flatMap(([name, status]) => (status === "not asked" ? [] : [name]));
  const part = report.changedSince === undefined ? "" : "changes/";
  const log = {
    $schema: schema,
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "regions",
            ...(frame.version === null ? {} : { version: frame.version, semanticVersion: frame.version }),
            rules: rules.map(descriptor),
          },
        },
        // A gate that looks at code alone, or at a change alone, must not close the alerts of a look at what is deployed.
        automationDetails: { id: `regions/${visible(report.environment ?? "no-manifest")}/${asked.join("+")}/${part}` },
        invocations: [
          {
            executionSuccessful: sources.length === 0,
            exitCode: frame.exitCode,
            toolExecutionNotifications: [...gapNotes(sources), ...cutNotes(findings, kept), ...notCheckedNotes(report)],
          },
        ],
        originalUriBaseIds: { "%SRCROOT%": { description: { text: "The top of the repository." } } },
        columnKind: "utf16CodeUnits",
        results,
        properties: {
          project: report.project,
          environment: report.environment,
          day: report.today,
          ...(report.changedSince === undefined ? {} : { changedSince: report.changedSince }),
          score: report.score,
        },
      },
    ],
  };
  return `${visibleJson(JSON.stringify(log, null, 2))}\n`;
}

function descriptor({ id, title, severity, area, page }: RuleInfo) {
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: title },
    help: { text: page, markdown: page },
    defaultConfiguration: { level: severity },
    properties: { tags: [area] },
  };
}

function result(finding: Finding, frame: CiFrame, indexes: ReadonlyMap<string, number>) {
  const { rule, severity, message, mend, related, suppressed, confidence, impact, expected, actual, change } = finding;
  const places = related.filter((one) => one.place !== null);
  const shown = places.slice(0, mostPlaces);
  const unseen = [
    ...related.filter((one) => one.place === null).map((one) => one.message),
    ...(places.length > shown.length ? [`and ${count(places.length - shown.length, "more place")}`] : []),
  ];
  return {
    ruleId: rule,
    ruleIndex: indexes.get(rule),
    level: severity,
    message: { text: [message, ...(mend === "" ? [] : [`Mend: ${mend}`]), ...unseen].map(plain).join("\n") },
    locations: [
      {
        ...location(shownAt(finding, frame), frame),
        ...(finding.function === null
          ? {}
          : { logicalLocations: [{ name: visible(finding.function), kind: "function" }] }),
      },
    ],
    ...(shown.length === 0
      ? {}
      : {
          relatedLocations: shown.map((one, index) => ({
            id: index + 1,
            ...location(one.place ?? frame.home, frame),
            message: { text: plain(one.message) },
          })),
        }),
    partialFingerprints: fingerprints(finding.fingerprint),
    ...(suppressed === null ? {} : { suppressions: [suppression(suppressed, frame)] }),
    properties: { confidence, impact, expected, actual, change },
  };
}

/** The second key is the one by which GitHub tells alerts apart; ours bears lines that move. */
function fingerprints(value: string) {
  return { "regionsFinding/v1": value, primaryLocationLineHash: value };
}

function suppression({ reason, owner, until, place }: Suppression, frame: CiFrame) {
  const whose = [owner === null ? "" : `owner ${owner}`, until === null ? "" : `until ${until}`].filter(Boolean);
  return {
    kind: "external",
    status: "accepted",
    justification: visible(whose.length === 0 ? reason : `${reason} (${whose.join(", ")})`),
    location: location(place, frame),
  };
}

function unreadResult({ source, message }: Unread, frame: CiFrame, indexes: ReadonlyMap<string, number>) {
  return {
    ruleId: unreadRule,
    ruleIndex: indexes.get(unreadRule),
    level: "error",
    message: { text: plain(message) },
    locations: [location(frame.home, frame)],
    partialFingerprints: fingerprints(`${unreadRule}-${source}`),
  };
}

function gapNotes(sources: readonly Unread[]) {
  return sources.flatMap(({ source, message, gaps }) => {
    const texts = gaps.length === 0 ? [message] : gaps.map((gap) => `${source}, ${gap.facet}, ${gapText(gap)}`);
    return texts.map((text) => ({ descriptor: { id: unreadRule }, level: "error", message: { text: plain(text) } }));
  });
}

function cutNotes(findings: readonly Finding[], kept: readonly Finding[]) {
  const left = findings.slice(kept.length);
  if (left.length === 0) return [];
  const errors = left.filter(({ severity, suppressed }) => severity === "error" && suppressed === null).length;
  const text = `${count(left.length, "result")} left out, among them ${count(errors, "open error")}: GitHub keeps ${mostResults} of a run, and those kept are the most severe.`;
  return [{ descriptor: { id: "results-cut" }, level: "warning", message: { text } }];
}

function notCheckedNotes({ notChecked }: Report) {
  const rules = Map.groupBy(notChecked, ({ rule, reason }) => `${rule}\n${reason}`);
  return [...rules.values()].flatMap((rows) => {
    const [first] = rows;
    if (first === undefined) return [];
    const scopes = rows.map(({ scope }) => scope).filter((scope) => scope !== "*");
    const where = scopes.length === 0 ? "" : ` for ${scopes.slice(0, 10).join(", ")}`;
    const more = scopes.length > 10 ? ` and ${scopes.length - 10} more` : "";
    return [
      {
        descriptor: { id: "not-checked" },
        associatedRule: { id: first.rule },
        level: "note",
        message: { text: plain(`${first.rule} was not checked${where}${more}: ${first.reason}`) },
      },
    ];
  });
}

function location({ file, line, column, endLine }: Place, { folder }: CiFrame) {
  return {
    physicalLocation: {
      artifactLocation: { uri: repositoryUri(folder, file), uriBaseId: "%SRCROOT%" },
      region: { startLine: line, startColumn: column, endLine },
    },
  };
}

/** Text of a message, in which "[name](1)" would be a link. */
function plain(text: string): string {
  return visible(text).replace(/\[(?=[^\]]*\]\()/g, "\\[");
}
