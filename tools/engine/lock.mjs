// One build at a time. The lock only saves work: two builds at once would both be right, as every file is put in place
// whole. So a lock that is taken over wrongly costs minutes, not correctness.
import { closeSync, openSync, readFileSync, rmSync, statSync, utimesSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

const beat = 5000;
/** A lock that its holder has not touched for so long is left over, whoever has the holder's process id now. */
const silence = 60_000;

/**
 * Takes the lock `file`, waiting for another holder; resolves with a function that gives it back, or with null where
 * `done()` became true meanwhile. Calls `onWait(pid)` once when it has to wait. Rejects when `signal` aborts.
 */
export async function takeLock(file, { done, onWait, signal }) {
  let told = false;
  while (!tryLock(file)) {
    const holder = holderOf(file);
    if (holder !== null && !holder.alive) rmSync(file, { force: true });
    else if (!told && holder !== null) {
      told = true;
      onWait(holder.pid);
    }
    await sleep(holder?.alive === true ? 500 : 10, undefined, { signal });
    if (done()) return null;
  }
  const timer = setInterval(() => {
    try {
      utimesSync(file, new Date(), new Date());
    } catch {
      // Somebody took the lock over; see above.
    }
  }, beat);
  timer.unref();
  return () => {
    clearInterval(timer);
    if (holderOf(file)?.pid === process.pid) rmSync(file, { force: true });
  };
}

function tryLock(file) {
  let handle;
  try {
    handle = openSync(file, "wx");
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
  try {
    writeSync(handle, JSON.stringify({ pid: process.pid, host: hostname() }));
  } finally {
    closeSync(handle);
  }
  return true;
}

/** Who holds the lock; null where it was given back meanwhile. */
function holderOf(file) {
  let text;
  let age;
  try {
    text = readFileSync(file, "utf8");
    age = Date.now() - statSync(file).mtimeMs;
  } catch {
    return null;
  }
  let pid = null;
  let host = null;
  try {
    ({ pid, host } = JSON.parse(text));
  } catch {
    // Being written this instant, or its writer was killed in between: its age decides.
  }
  const gone = host === hostname() && Number.isInteger(pid) && !isRunning(pid);
  return { pid, alive: age < silence && !gone };
}

/** Whether a process with that id runs on this machine. */
export function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
