// What a look needs at Google, from the list in src/clients/look-permissions.ts: the table of docs/permissions.md and a
// role for `gcloud iam roles create`.
import { lookCalls } from "../src/clients/look-permissions.ts";

const needed = lookCalls.filter(({ permission }) => permission !== null);
const begin = "<!-- permissions of a look -->";
const end = "<!-- end -->";

/** The text of the page with a fresh table between its two marks. */
export function withLookTable(page) {
  const from = page.indexOf(begin);
  const to = page.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`the page lacks ${begin} and ${end}`);
  const rows = needed.map(({ permission, role, reads }) => `| \`${permission}\` | ${reads} | \`${role}\` |`);
  const table = ["| permission | for | role that has it |", "|---|---|---|", ...rows].join("\n");
  return `${page.slice(0, from)}${begin}\n${table}\n${page.slice(to)}`;
}

/** The role as gcloud reads it: these permissions and no other. */
export function lookRole() {
  const lines = needed.map(({ permission }) => `  - ${permission}`).sort();
  return [
    "# Written by `npm run docs`: what `regions audit`, `snapshot`, `list` and `doctor` ask of Google, and nothing else.",
    "title: regions look",
    "description: Reads where functions are, what calls them and what holds their addresses. Changes nothing.",
    "stage: GA",
    "includedPermissions:",
    ...lines,
    "",
  ].join("\n");
}
