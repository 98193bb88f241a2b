// `npm run load`: whole bookings at a rate against the sandbox, which runs the fleet's own code. Each pays, confirms the
// card and books; Twilio's legs are rung, both sides talk, or do not, and the payment is captured or cancelled by that.
// Ends with 1 where a payment was lost, doubled or settled wrongly. `--rate` a second for `--seconds`.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpus, loadavg } from "node:os";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Firestore } from "@google-cloud/firestore";
import Stripe from "stripe";
import {
  type Booked,
  book,
  openBookings,
  planBookings,
  prepareBookings,
  type Target,
  tallyBookings,
} from "../tests/flows/bookings.ts";
import { regionOf } from "../tests/flows/fleet-code.ts";
import { project } from "../tests/flows/project.ts";
import { ask } from "../tests/sandbox/client.ts";
import { startAuthStandIn, tokenOf } from "./load-auth.ts";
import { cpuSecondsOf } from "./load-cpu.ts";

const { values } = parseArgs({
  options: { rate: { type: "string", default: "50" }, seconds: { type: "string", default: "60" } },
});
const [rate, seconds] = [Number(values.rate), Number(values.seconds)];
if (!(rate > 0 && rate <= 1_000 && seconds > 0 && seconds <= 600)) {
  throw new Error("--rate must be a number up to 1000 bookings a second, --seconds one up to 600");
}
/** Long talks last up to this, so that the ends of the first fall among the beginnings of the last. */
const longestTalkMs = 75_000;
/** Nothing more is waited for when no call has ended for so long: the longest talk, and what the machine is behind. */
const patienceMs = 3 * 60_000;

interface Where {
  readonly base: string;
  readonly token: string;
  readonly stripe: string;
  readonly firestore: string;
}

const auth = await startAuthStandIn();
const server = spawn(process.execPath, [fileURLToPath(new URL("load-server.ts", import.meta.url))], {
  stdio: ["pipe", "pipe", "inherit"],
  env: { ...process.env, FIREBASE_AUTH_EMULATOR_HOST: auth.address },
});
try {
  process.exitCode = await measure(await whereIs());
} finally {
  server.stdin.end();
  if (server.exitCode === null) await once(server, "close");
  await auth.close();
}

/** Resolves with what the server prints first. */
async function whereIs(): Promise<Where> {
  for await (const line of createInterface({ input: server.stdout })) return JSON.parse(line) as Where;
  throw new Error("the sandbox did not start");
}

async function measure(where: Where): Promise<number> {
  process.env.FIRESTORE_EMULATOR_HOST = where.firestore;
  const db = new Firestore({ projectId: project });
  const target = targetOf(where, db);
  const bookings = planBookings(Math.round(rate * seconds), 30);
  await prepareBookings(target, bookings, longestTalkMs);
  const pids = async (): Promise<readonly { name: string; pid: number }[]> => {
    const { children } = await target.admin("GET", "children");
    const rows = children as readonly { region: string; pid: number }[];
    return [
      { name: "sandbox with its Firestore", pid: server.pid ?? 0 },
      ...rows.map(({ region, pid }) => ({ name: `functions in ${region}`, pid })),
      { name: "clients (this process)", pid: process.pid },
    ];
  };
  const before = new Map((await pids()).map(({ pid }) => [pid, cpuSecondsOf(pid)]));
  const load = loadavg()[0] ?? 0;
  const began = performance.now();
  const answers: Booked[] = [];
  const refused: string[] = [];
  let underWay = 0;
  let most = 0;
  const all: Promise<void>[] = [];
  for (const [index, booking] of bookings.entries()) {
    // Open loop: a slow sandbox does not slow the clients down.
    const ahead = began + (index * 1000) / rate - performance.now();
    if (ahead > 1) await sleep(ahead);
    underWay += 1;
    most = Math.max(most, underWay);
    const one = book(target, booking)
      .then((booked) => void answers.push(booked))
      .catch((error: unknown) => void refused.push(`${booking.id}: ${error instanceof Error ? error.message : error}`))
      .finally(() => {
        underWay -= 1;
      });
    all.push(one);
  }
  const sentFor = (performance.now() - began) / 1000;
  await Promise.all(all);
  const bookedFor = (performance.now() - began) / 1000;
  let open = bookings.length;
  for (let lastEnd = performance.now(); open > refused.length; await sleep(1_000)) {
    const still = await openBookings(target, bookings);
    if (still < open) lastEnd = performance.now();
    else if (performance.now() - lastEnd > patienceMs) break;
    open = still;
  }
  const settledFor = (performance.now() - began) / 1000;
  // What waits for another try, or would come a second time, comes now.
  await target.admin("POST", "clock", { advanceMs: 3_600_000 });
  const cpu = (await pids()).map(({ name, pid }) => ({ name, seconds: cpuSecondsOf(pid) - (before.get(pid) ?? 0) }));
  const tally = await tallyBookings(target, bookings);
  await db.terminate();
  const { failures } = (await target.admin("GET", "clock")) as { failures: readonly unknown[] };

  const line = (what: string, text: string | number): void => console.log(`${what.padEnd(34)} ${text}`);
  line(
    "machine",
    `${cpus().length} cores, load average ${load.toFixed(1)} before, ${(loadavg()[0] ?? 0).toFixed(1)} after`,
  );
  line("sent", `${tally.sent} bookings in ${sentFor.toFixed(1)} s: ${(tally.sent / sentFor).toFixed(1)} a second`);
  line("booked", `the last after ${bookedFor.toFixed(1)} s, at most ${most} at once, ${sum(answers)} steps repeated`);
  line("settled", `the last after ${settledFor.toFixed(1)} s`);
  line("captured", tally.captured);
  line("cancelled", tally.cancelled);
  line("lost", tally.lost.length);
  line("doubled", tally.doubled.length);
  line("settled wrongly", tally.wrong.length);
  line("createPaymentIntent", percentiles(answers.map(({ payMs }) => payMs)));
  line("confirmation at Stripe", percentiles(answers.map(({ confirmMs }) => confirmMs)));
  line("createAndScheduleCall", percentiles(answers.map(({ scheduleMs }) => scheduleMs)));
  line("from the booking to the first ring", percentiles(tally.toRing));
  line("from the decision to the capture", percentiles(tally.toSettled));
  for (const { name, seconds } of cpu) {
    line(`CPU of the ${name}`, `${seconds.toFixed(1)} s, ${((seconds * 1000) / tally.sent).toFixed(1)} ms a booking`);
  }
  const problems = [
    ...refused,
    ...tally.lost,
    ...tally.doubled,
    ...tally.wrong,
    ...failures.map((one) => JSON.stringify(one)),
  ];
  for (const problem of problems.slice(0, 20)) console.log(`  ${problem}`);
  if (problems.length > 20) console.log(`  and ${problems.length - 20} more`);
  return tally.lost.length + tally.doubled.length + tally.wrong.length > 0 ? 1 : 0;
}

function targetOf({ base, token, stripe }: Where, db: Firestore): Target {
  const { hostname, port } = new URL(base);
  return {
    db,
    stripe: new Stripe(stripe, { host: hostname, port, protocol: "http", maxNetworkRetries: 0 }),
    async admin(method, path, body) {
      const answer = await ask({ base, token }, method, `_sandbox/${path}`, body);
      if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
      return answer.body;
    },
    async call(name, client, data) {
      const answer = await fetch(`${base}/${project}/${regionOf(name)}/${name}`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${tokenOf(client, project)}` },
        body: JSON.stringify({ data }),
        signal: AbortSignal.timeout(120_000),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${name}: ${answer.status} ${text.slice(0, 200)}`);
      return (JSON.parse(text) as { result: Record<string, unknown> }).result;
    },
  };
}

function sum(answers: readonly Booked[]): number {
  return answers.reduce((total, { repeats }) => total + repeats, 0);
}

function percentiles(times: readonly number[]): string {
  const sorted = times.filter((time) => !Number.isNaN(time)).sort((one, other) => one - other);
  const at = (part: number): string =>
    `${(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0).toFixed(0)} ms`;
  return `p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}, most ${at(1)}`;
}
