import { parseArgs } from "node:util";
import { failureOf, history } from "./world/history.ts";

/*
 * `npm run soak`: 10,000 histories. `-- --seed N` tells one of them in full; `--count N`, `--from N` choose others.
 * `-- --killed`: the real process of every kind, killed at every line of its journal; `--kind TITLE`, `--point "7 before"`.
 */

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    count: { type: "string" },
    from: { type: "string" },
    killed: { type: "boolean", default: false },
    kind: { type: "string" },
    point: { type: "string" },
  },
});

if (values.killed) {
  const { soakKilled } = await import("./process/soak.ts");
  const { kind = null, point = null } = values;
  const faults = await soakKilled({ kind, point }, (line) => process.stdout.write(`${line}\n`));
  process.exitCode = faults === 0 ? 0 : 1;
} else if (values.seed !== undefined) {
  const one = await history(Number(values.seed));
  const text = [
    JSON.stringify(one.drawn, null, 2),
    ...one.lines.map((line) => line.slice(0, 400)),
    ...one.log,
    JSON.stringify(one.end, null, 2),
    failureOf(one) ?? `history ${one.seed} ended ${one.end.is}; lost 0, doubled 0`,
  ];
  process.stdout.write(`${text.join("\n")}\n`);
  process.exitCode = failureOf(one) === null ? 0 : 1;
} else {
  const first = Number(values.from ?? 1);
  const count = Number(values.count ?? 10_000);
  const ends = new Map<string, number>();
  let failures = 0;
  for (let seed = first; seed < first + count; seed += 1) {
    const one = await history(seed);
    ends.set(one.end.is, (ends.get(one.end.is) ?? 0) + 1);
    const failure = failureOf(one);
    if (failure === null) continue;
    failures += 1;
    process.stdout.write(`${failure}\n`);
  }
  const counts = [...ends].map(([end, number]) => `${number} ${end}`).join(", ");
  process.stdout.write(`${count} histories: ${counts}; ${failures} failures\n`);
  process.exitCode = failures === 0 ? 0 : 1;
}
