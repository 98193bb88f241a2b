import { readFileSync } from "node:fs";

/** Seconds of CPU that a process and its threads have used; NaN where this system does not say (it does on Linux). */
export function cpuSecondsOf(pid: number): number {
  try {
    // Behind the name, which may hold anything: utime and stime are fields 14 and 15, in hundredths of a second.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return Number.NaN;
  }
}
