import type { FleetDocument } from "../../../model/document.ts";
import { calm, hopWords, howWords, reachWords, viaWords } from "../words.ts";
import { name, names, table, text } from "./cells.ts";

export function regionsText({ regions }: FleetDocument): string {
  const rows = table(
    ["region", "role", "in place", "astray here"],
    regions.map((region) => [
      `${name(region.name)}${region.protected ? " (protected)" : ""}${region.declared ? "" : " (not declared)"}`,
      region.role === null ? "" : text(region.role),
      region.inPlace === null ? "not looked at" : `${region.inPlace} of ${region.wanted}`,
      region.inPlace === null && region.astray === 0 ? "not looked at" : String(region.astray),
    ]),
  );
  const classes = table(
    ["class", "home", "functions", "why", "kept apart from"],
    regions.flatMap((region) =>
      region.classes.map((one) => [
        name(one.name),
        name(one.region),
        one.functions,
        one.why === null ? "" : text(one.why),
        names(one.isolatedFrom, ""),
      ]),
    ),
  );
  return [rows, classes].filter((part) => part !== "").join("\n") || "No region is declared or known.\n";
}

/** Every function with who reaches it, a table for each class. */
export function mapText({ functions, calls, holders }: FleetDocument): string {
  if (functions.length === 0) return "No function is known.\n";
  const callers = Map.groupBy(calls, (call) => call.function ?? "");
  const held = Map.groupBy(holders, (holder) => holder.function);
  const groups = Map.groupBy(functions, (row) => row.class ?? "");
  return [...groups]
    .map(([of, rows]) => {
      const title = of === "" ? "In no class" : text(of);
      const cells = rows.map((row) => [
        name(row.name),
        row.trigger ?? "",
        names(row.wanted, "by nobody"),
        names(
          row.copies.map(({ region }) => region),
          row.standing === "missing" ? "nowhere" : "not seen",
        ),
        row.standing,
        [
          ...(callers.get(row.name) ?? []).map(({ owner, symbol, place }) =>
            text([owner, symbol ?? place.file].filter((one) => one !== null).join(" ")),
          ),
          ...(held.get(row.name) ?? []).map(({ kind, label }) => text(`${kind} ${label}`)),
        ].join(", "),
      ]);
      return `### ${title} (${rows.length})\n\n${table(["function", "kind", "wanted", "found", "verdict", "reached by"], cells)}`;
    })
    .join("\n");
}

export function flowsText({ flows }: FleetDocument): string {
  if (flows.length === 0) return "regions.yaml declares no flows.\n";
  return flows
    .map(({ name: of, hops }) => {
      const lines = hops.map((hop, index) => {
        const { from, to, via, fromRegions, toRegions, toFound, verdict, why } = hop;
        const regions = [fromRegions, toRegions].filter((one) => one.length > 0).map((one) => names(one, ""));
        const elsewhere = toFound !== null && !toRegions.every((region) => toFound.includes(region));
        const stands = [hopWords[verdict], ...(why !== null && verdict !== "follows" ? [text(why)] : [])];
        return [
          index + 1,
          `${text(from)} *${viaWords[via]}* ${text(to)}`,
          regions.join(" → "),
          `${stands.join(": ")}${elsewhere ? ` (live in ${names(toFound, "no region")})` : ""}`,
        ];
      });
      return `### ${text(of)}\n\n${table(["hop", "what happens", "regions", "verdict"], lines)}`;
    })
    .join("\n");
}

export function consistencyText({ traffic, calls, functions }: FleetDocument): string {
  const regions = traffic[0]?.cells.map(({ region }) => region) ?? [];
  const order = { astray: 0, follows: 1, open: 2, right: 3 };
  const off = functions.filter(({ standing }) => !calm.has(standing));
  return [
    "### Who reaches into which region\n",
    table(
      ["from", ...regions.map((region) => name(region))],
      traffic.map(({ from, kind, cells }) => [
        `${text(from)} (${kind})`,
        ...cells.map(({ count, astray }) => (astray > 0 ? `${count}, **${astray} wrong**` : String(count))),
      ]),
    ) || "Neither callers nor holders are known.\n",
    `### Front end to function (${calls.length})\n`,
    table(
      ["caller", "function", "names", "wanted", "verdict"],
      calls
        .toSorted((a, b) => order[a.verdict] - order[b.verdict])
        .map((call) => [
          `${call.owner === null ? "" : `${text(call.owner)} `}${name(`${call.place.file}:${call.place.line}`)}`,
          call.function === null ? "cannot be told" : name(call.function),
          `${names(call.regions, "no region")} (${howWords[call.how]})`,
          names(call.wanted, "nobody says"),
          `${reachWords[call.verdict]}${call.why === null ? "" : `: ${text(call.why)}`}`,
        ]),
    ) || "No caller is known.\n",
    `### Function to region (${functions.length})\n`,
    table(
      ["function", "class", "wanted", "found", "verdict"],
      off.map((row) => [
        name(row.name),
        row.class === null ? "none" : text(row.class),
        names(row.wanted, "by nobody"),
        names(
          row.copies.map(({ region }) => region),
          row.standing === "missing" ? "nowhere" : "not seen",
        ),
        row.standing,
      ]),
    ) || "No function is known to be out of place.\n",
    off.length > 0 ? "All others are as wanted; the map lists them.\n" : "",
  ]
    .filter((part) => part !== "")
    .join("\n");
}
