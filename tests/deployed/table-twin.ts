/** A row of the table that `firebase functions:list` prints. */
export interface TableRow {
  readonly name: string;
  readonly version: string;
  readonly trigger: string;
  readonly region: string;
  readonly memory: string;
  readonly runtime: string;
}

const titles = ["Function", "Version", "Trigger", "Location", "Memory", "Runtime"] as const;
const verbs = ["get", "list", "update", "create", "remove", "check", "sync", "export", "approve", "send"];
const things = [
  "Invoice",
  "Booking",
  "Ledger",
  "Advisor",
  "Campaign",
  "Voucher",
  "Roster",
  "Payslip",
  "Ticket",
  "Parcel",
];
const places = ["Admin", "Mobile", "Partner", "Weekly", "Batch", "Audit", "Draft", "Public"];

/** As many functions of each kind and region as a real fleet has; the names are made up. */
const groups: readonly (readonly [count: number, version: string, trigger: string, region: string])[] = [
  [172, "v2", "callable", "europe-west2"],
  [157, "v2", "callable", "europe-west1"],
  [75, "v1", "callable", "europe-west1"],
  [73, "v2", "scheduled", "europe-west3"],
  [66, "v2", "callable", "europe-west3"],
  [40, "v2", "google.cloud.firestore.document.v1.created", "europe-west3"],
  [24, "v2", "google.cloud.firestore.document.v1.updated", "europe-west3"],
  [24, "v2", "https", "europe-west3"],
  [23, "v2", "https", "europe-west1"],
  [8, "v2", "google.cloud.firestore.document.v1.written", "europe-west1"],
  [7, "v2", "scheduled", "europe-west1"],
  [2, "v2", "google.cloud.firestore.document.v1.deleted", "us-central1"],
  [1, "v2", "callable", "us-central1"],
  [1, "v1", "scheduled", "europe-west1"],
  [1, "v1", "providers/cloud.firestore/eventTypes/document.update", "europe-west1"],
  [1, "v1", "providers/firebase.auth/eventTypes/user.delete", "europe-west1"],
  [1, "v1", "providers/cloud.auth/eventTypes/user.beforeSignIn", "europe-west1"],
];

/** 676 rows, two of them with names that differ in case alone. */
export function fleetRows(): readonly TableRow[] {
  const rows: TableRow[] = [];
  for (const [count, version, trigger, region] of groups) {
    for (let index = 0; index < count; index += 1) {
      const at = rows.length;
      const verb = verbs[at % verbs.length];
      const thing = things[Math.floor(at / verbs.length) % things.length];
      const place = places[Math.floor(at / (verbs.length * things.length))];
      const memory = at % 136 === 0 ? "---" : at % 5 === 0 ? "512" : at % 32 === 1 ? "1024" : "256";
      rows.push({ name: `${verb}${thing}${place}`, version, trigger, region, memory, runtime: "nodejs22" });
    }
  }
  // Two callables that a hasty rename left behind.
  rows[0] = { ...(rows[0] as TableRow), name: "verifyVAT" };
  rows[1] = { ...(rows[1] as TableRow), name: "verifyVat" };
  return rows;
}

/** Characters of a table: corners and rules of its top, its lines between rows, its bottom, and the cells' separator. */
export interface TableStyle {
  readonly top: string;
  readonly between: string;
  readonly bottom: string;
  readonly separator: string;
  readonly rule: string;
}

export const boxStyle: TableStyle = { top: "┌┬┐", between: "├┼┤", bottom: "└┴┘", separator: "│", rule: "─" };
export const asciiStyle: TableStyle = { top: "+++", between: "+++", bottom: "+++", separator: "|", rule: "-" };

/** The table as firebase prints it: a line between any two rows, cells padded with a blank on both sides. */
export function tableText(rows: readonly TableRow[], style: TableStyle = boxStyle): string {
  const cells = [
    [...titles],
    ...rows.map((row) => [row.name, row.version, row.trigger, row.region, row.memory, row.runtime]),
  ];
  const widths = titles.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? "").length)) + 2);
  const border = (corners: string) => {
    const [left = "", middle = "", right = ""] = corners;
    return left + widths.map((width) => style.rule.repeat(width)).join(middle) + right;
  };
  const lines = cells.map((row) => {
    const padded = row.map((cell, column) => ` ${cell}`.padEnd(widths[column] ?? 0));
    return style.separator + padded.join(style.separator) + style.separator;
  });
  return `${border(style.top)}\n${lines.join(`\n${border(style.between)}\n`)}\n${border(style.bottom)}\n`;
}
