const context = 3;

/** A unified diff as `git apply` and `patch -p1` read it; empty where nothing changes. */
export function unifiedDiff(file: string, before: string, after: string): string {
  if (before === after) return "";
  const old = linesOf(before);
  const fresh = linesOf(after);
  const steps = script(old, fresh);
  const lines = [`--- a/${file}`, `+++ b/${file}`];
  for (const [from, to] of hunks(steps)) {
    const part = steps.slice(from, to);
    const oldStart = steps.slice(0, from).filter(({ sign }) => sign !== "+").length;
    const newStart = steps.slice(0, from).filter(({ sign }) => sign !== "-").length;
    const oldCount = part.filter(({ sign }) => sign !== "+").length;
    const newCount = part.filter(({ sign }) => sign !== "-").length;
    lines.push(`@@ -${range(oldStart, oldCount)} +${range(newStart, newCount)} @@`);
    for (const { sign, line } of part) {
      lines.push(sign + line.replace(/\n$/, ""));
      if (!line.endsWith("\n")) lines.push("\\ No newline at end of file");
    }
  }
  return `${lines.join("\n")}\n`;
}

function range(start: number, count: number): string {
  if (count === 0) return `${start},0`;
  return count === 1 ? `${start + 1}` : `${start + 1},${count}`;
}

/** Lines with their ends; a carriage return stays part of its line. */
function linesOf(text: string): string[] {
  return text === "" ? [] : text.split(/(?<=\n)/);
}

interface Step {
  readonly sign: " " | "-" | "+";
  readonly line: string;
}

/** Shortest way from one list to the other (Myers); edits are few, so the work is about linear in the lines. */
function script(old: readonly string[], fresh: readonly string[]): Step[] {
  const trace: Map<number, number>[] = [];
  const reached = new Map<number, number>([[1, 0]]);
  for (let cost = 0; cost <= old.length + fresh.length; cost++) {
    trace.push(new Map(reached));
    for (let k = -cost; k <= cost; k += 2) {
      const down = k === -cost || (k !== cost && (reached.get(k - 1) ?? 0) < (reached.get(k + 1) ?? 0));
      let x = down ? (reached.get(k + 1) ?? 0) : (reached.get(k - 1) ?? 0) + 1;
      while (x < old.length && x - k < fresh.length && old[x] === fresh[x - k]) x++;
      reached.set(k, x);
      if (x >= old.length && x - k >= fresh.length) return walkBack(trace, old, fresh);
    }
  }
  return [];
}

function walkBack(trace: readonly ReadonlyMap<number, number>[], old: readonly string[], fresh: readonly string[]) {
  const steps: Step[] = [];
  let x = old.length;
  let y = fresh.length;
  for (let cost = trace.length - 1; cost >= 0; cost--) {
    const reached = trace[cost] ?? new Map<number, number>();
    const k = x - y;
    const down = k === -cost || (k !== cost && (reached.get(k - 1) ?? 0) < (reached.get(k + 1) ?? 0));
    const from = down ? k + 1 : k - 1;
    const fromX = cost === 0 ? 0 : (reached.get(from) ?? 0);
    const fromY = cost === 0 ? 0 : fromX - from;
    while (x > fromX && y > fromY) {
      x--;
      y--;
      steps.push({ sign: " ", line: old[x] ?? "" });
    }
    if (cost === 0) break;
    if (down) {
      y--;
      steps.push({ sign: "+", line: fresh[y] ?? "" });
    } else {
      x--;
      steps.push({ sign: "-", line: old[x] ?? "" });
    }
  }
  return deletionsFirst(steps.reverse());
}

/** Within one run of changes, what goes stands before what comes. */
function deletionsFirst(steps: readonly Step[]): Step[] {
  const sorted: Step[] = [];
  let gone: Step[] = [];
  let come: Step[] = [];
  const flush = () => {
    sorted.push(...gone, ...come);
    gone = [];
    come = [];
  };
  for (const step of steps) {
    if (step.sign === " ") {
      flush();
      sorted.push(step);
    } else (step.sign === "-" ? gone : come).push(step);
  }
  flush();
  return sorted;
}

/** Runs of steps around the changes, with their context; runs that touch are one. */
function hunks(steps: readonly Step[]): [number, number][] {
  const found: [number, number][] = [];
  for (const [index, { sign }] of steps.entries()) {
    if (sign === " ") continue;
    const from = Math.max(0, index - context);
    const to = Math.min(steps.length, index + 1 + context);
    const last = found.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = to;
    else found.push([from, to]);
  }
  return found;
}
