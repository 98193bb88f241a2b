import type { Caller, UnresolvedCaller } from "../../model/callers.ts";
import { extensionOf } from "../code/blocks.ts";
import type { Project } from "../code/project.ts";
import { lineStarts, positionAt } from "../code/text.ts";
import { hole, one, text, type Value } from "../code/value.ts";
import { whenText } from "./reading.ts";
import { isTestFile } from "./test-files.ts";
import { readUrls, urlNeedles } from "./url.ts";

/** How comments are written, by what a file is. */
type Comments = "hash" | "slashes" | "tags" | "none";

const byExtension: ReadonlyMap<string, Comments> = new Map([
  ...spread("slashes", "go rs php m mm h c cc cpp hpp scala groovy gradle jsonc json5"),
  ...spread(
    "hash",
    "sh bash zsh fish ps1 yaml yml tf tfvars hcl toml properties ini cfg conf rb ex exs pl r xcconfig service",
  ),
  ...spread("tags", "xml plist csproj config xaml storyboard jsp cshtml erb ejs hbs twig mustache liquid"),
  ...spread("none", "json sql graphql http rest lua bat cmd strings arb"),
]);

const byName: ReadonlyMap<string, Comments> = new Map(
  spread("hash", "Dockerfile Makefile Procfile Caddyfile Jenkinsfile"),
);

function commentsOf(file: string): Comments | undefined {
  return byExtension.get(extensionOf(file)) ?? byName.get(file.slice(file.lastIndexOf("/") + 1));
}

function spread(comments: Comments, names: string): [string, Comments][] {
  return names.split(" ").map((name) => [name, comments]);
}

/** Written by tools, or about functions rather than calling them. */
const notCalling =
  /(?:^|\/)(?:[^/]*[-.]lock\.(?:json|yaml|yml)|package-lock\.json|pnpm-lock\.yaml|firebase\.json|regions\.yaml)$/;

/** Words of a listing, a snapshot or a report, whose addresses are what is there, not what calls. */
const listings =
  /"(?:entryPoint|serviceConfig|httpsTrigger|webhook_endpoint|voice_url|voiceUrl|httpTarget|pushConfig|findings|endpoints|serviceAccountEmail)"\s*:|"object"\s*:\s*"(?:list|webhook_endpoint)"|"check_name"\s*:|<testsuites?\b/;

const placeholder = String.raw`\$\{[^}\n]*\}|\{\{[^}\n]*\}\}|#\{[^}\n]*\}|\{\$[^}\n]*\}|\$\([^)\n]*\)`;
const address = new RegExp(`https?://(?:${placeholder}|[^\\s"'\`<>|\\\\)\\]},;*])+`, "g");
const unknownPart = new RegExp(`${placeholder}|\\$\\w+|%[sdv]|\\{\\w*\\}?|<[\\w-]+>`, "g");

export interface TextUrlsRead {
  readonly callers: readonly Caller[];
  readonly unresolved: readonly UnresolvedCaller[];
}

/**
 * Addresses of functions in files that no parser of ours reads: other languages, scripts, configuration. Each is
 * likely, since nobody can tell from the text alone that it is used. Comments are left out where the kind of file says
 * how they are written.
 */
export function readTextUrls(
  project: Project,
  inside: (file: string) => boolean,
  ownerOf: (file: string) => string | null,
): TextUrlsRead {
  const callers: Caller[] = [];
  const unresolved: UnresolvedCaller[] = [];
  const files = project.list.files.filter(
    (file) => commentsOf(file) !== undefined && !notCalling.test(file) && inside(file) && !isTestFile(project, file),
  );
  const holding = new Set([...project.search(files, urlNeedles).values()].flatMap((holders) => [...holders]));
  for (const file of files) {
    const comments = commentsOf(file) ?? "none";
    const unread = project.unsearched(file);
    if (unread?.kind === "large") {
      const reason = `it is ${(unread.bytes / 1024 / 1024).toFixed(1)} MiB, so addresses inside it were not looked for`;
      unresolved.push({ file, line: 1, endLine: 1, reason, symbol: null, snippet: "", owner: ownerOf(file) });
    }
    const isObjectiveC = /\.(?:mm?|h)$/.test(file);
    if (!isObjectiveC && !holding.has(file)) continue;
    const read = project.glance(file);
    if (read.kind === "text" && isObjectiveC) unresolved.push(...objectiveC(file, read.text, ownerOf(file)));
    if (read.kind !== "text" || !holding.has(file)) continue;
    project.read(file);
    if (/^(?:json|xml)$/.test(extensionOf(file)) && listings.test(read.text)) continue;
    const starts = lineStarts(read.text);
    for (const match of read.text.matchAll(address)) {
      if (!urlNeedles.some((needle) => match[0].includes(needle)) || inComment(read.text, match.index, comments))
        continue;
      // `https://*.cloudfunctions.net` says who may be called, and calls nobody.
      if (read.text[match.index + match[0].length] === "*") continue;
      const { line, column } = positionAt(starts, match.index);
      const written = { place: { file, line, column } };
      const reading = readUrls(one(withHoles(match[0].replace(/[.:]+$/, "")), written), "any");
      const base = {
        file,
        line,
        column,
        endLine: line,
        symbol: null,
        snippet: match[0].slice(0, 200),
        owner: ownerOf(file),
      };
      for (const reach of reading.reaches) {
        callers.push({
          ...base,
          how: "url",
          targets: [{ ...reach.target, when: whenText([]) }],
          certain: false,
          regionSource: "url",
          regionPlace: written.place,
          project: reach.project,
          via: [],
        });
      }
      const [reason] = reading.failures;
      if (reason !== undefined) unresolved.push({ ...base, reason });
    }
  }
  return { callers, unresolved };
}

/** `[functions HTTPSCallableWithName:@"…"]`: seen, and not followed to its region. */
function objectiveC(file: string, content: string, owner: string | null): UnresolvedCaller[] {
  const starts = lineStarts(content);
  return [...content.matchAll(/\bHTTPSCallableWith(?:Name|URL):/g)].flatMap((match): UnresolvedCaller[] => {
    if (inComment(content, match.index, "slashes")) return [];
    const { line, column } = positionAt(starts, match.index);
    const reason = "calls in Objective-C are not followed";
    return [{ file, line, column, endLine: line, reason, symbol: null, snippet: match[0], owner }];
  });
}

/** The address with what is filled in later as unknown parts. */
function withHoles(url: string): Value {
  const holes: Value[] = [];
  const plain = url.replace(unknownPart, () => {
    holes.push({ kind: "unknown", reason: "a part of it is filled in elsewhere", site: null, env: null });
    return hole;
  });
  return text(plain, holes);
}

function inComment(content: string, at: number, comments: Comments): boolean {
  const line = content.slice(content.lastIndexOf("\n", at - 1) + 1, at);
  switch (comments) {
    case "hash":
      return /(?:^|\s)[#;]/.test(line);
    case "slashes":
      return /(?:^|[^:"'`])\/\/|^\s*#/.test(line) || isOpen(content, at, "/*", "*/");
    case "tags":
      return isOpen(content, at, "<!--", "-->");
    default:
      return false;
  }
}

function isOpen(content: string, at: number, open: string, close: string): boolean {
  const opened = content.lastIndexOf(open, at);
  return opened !== -1 && content.lastIndexOf(close, at) < opened;
}
