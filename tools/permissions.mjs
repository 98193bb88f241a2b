// What looks and moves need at Google, from src/clients/look-permissions.ts and ./move-permissions.ts: the tables of
// docs/permissions.md, and a role for `gcloud iam roles create` that looks.
import { lookCalls } from "../src/clients/look-permissions.ts";
import { moveCalls } from "./move-permissions.ts";

const needed = lookCalls.filter(({ permission }) => permission !== null);
/** The text of docs/permissions.md with fresh tables between their marks. */
export function withPermissions(page) {
  const looks = needed.map(({ permission, role, reads }) => [[permission], reads, [role]]);
  const moves = moveCalls.map(({ permissions, does, roles }) => [permissions, does, roles]);
  return withTable(withTable(page, "permissions of a look", looks), "permissions of a move", moves);
}

function withTable(page, mark, rows) {
  const begin = `<!-- ${mark} -->`;
  const from = page.indexOf(begin);
  const to = page.indexOf("<!-- end -->", from);
  if (from < 0 || to < 0) throw new Error(`the page lacks ${begin} and its end`);
  const code = (texts) => texts.map((text) => `\`${text}\``).join(", ");
  const lines = rows.map(([permissions, purpose, roles]) => `| ${code(permissions)} | ${purpose} | ${code(roles)} |`);
  const table = ["| permission | for | role that has it |", "|---|---|---|", ...lines].join("\n");
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
