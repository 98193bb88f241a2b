import { type Ports, Refused, Unseen } from "../../../src/migrate/ports/world.ts";
import type { HolderRef } from "../../../src/model/move.ts";
import { type Callers, createCallers, usedEveryMs } from "./callers.ts";
import { createHolders, type Holders } from "./holders.ts";
import { createJobs, type JobWorld } from "./jobs.ts";
import { createPlace, from, name, type Place, steadily, type Traits, to } from "./place.ts";
import { createQueues, type QueueWorld } from "./queues.ts";
import type { Random } from "./random.ts";
import { copyLook, day, hour, minute, type Remover } from "./receivers.ts";
import { pushSends, pushSubscription } from "./senders/push.ts";
import type { Sent } from "./senders/sent.ts";
import { stripeEndpoint, stripeSends } from "./senders/stripe.ts";
import { telegramBot, telegramSends } from "./senders/telegram.ts";
import { twilioSends, twilioStatus, twilioVoice } from "./senders/twilio.ts";
import { createSubscriptions, type SubscriptionWorld } from "./subscriptions.ts";

/** One fleet of one function on a virtual clock, with everybody who sends to it. */
export interface World {
  readonly place: Place;
  readonly ports: Ports;
  readonly holders: Holders;
  readonly jobs: JobWorld;
  readonly queues: QueueWorld;
  readonly subscriptions: SubscriptionWorld;
  readonly callers: Callers;
  /** How far the command's own clock is off. */
  clockOffsetMs: number;
  readonly manifest: { standing: "before" | "moving" | "after" | "other" };
  /** What the next deployments come to; "made": as asked. */
  readonly deployments: ("fails" | "is slow")[];
  /** Deletes or makes a copy behind the move's back. */
  strangerRemoves(region: string): void;
  strangerDeploys(region: string): void;
}

const fieldsOf: Readonly<Record<Traits["holders"][number], readonly HolderRef[]>> = {
  stripe: [stripeEndpoint],
  twilio: [twilioVoice, twilioStatus],
  telegram: [telegramBot],
  push: [pushSubscription],
};

/** The holders' fields that lead to the function, by what the world has. */
export function holderFields({ holders }: Traits): readonly HolderRef[] {
  return holders.flatMap((kind) => fieldsOf[kind]);
}

export function createWorld(traits: Traits, random: Random): World {
  const place = createPlace(traits, random);
  const { timeline, receivers } = place;
  const holders = createHolders((region) => {
    const droppedAt = receivers.droppedAt(region);
    const isJustGone = droppedAt !== null && droppedAt > timeline.now() - 2 * minute;
    return receivers.copies.get(region)?.serves === true || isJustGone;
  });
  const jobs = createJobs(place);
  const queues = createQueues(place);
  const subscriptions = createSubscriptions(place);
  const callers = createCallers(
    place,
    traits.kind === "callable" || traits.kind === "task" ? 5 : traits.kind === "https" ? 2 : 0,
  );
  const manifest: World["manifest"] = { standing: traits.prunes ? "after" : "before" };
  const deployments: World["deployments"] = [];
  let count = 0;

  for (const region of receivers.copies.keys()) {
    if (traits.kind === "scheduled") jobs.make(region, true);
    if (traits.kind === "task") queues.make(region);
    if (traits.kind === "event") subscriptions.make(region, true);
  }
  const lists: Sent[][] = [];
  if (traits.holders.includes("stripe")) lists.push(stripeSends(place, holders));
  if (traits.holders.includes("twilio")) lists.push(twilioSends(place, holders));
  if (traits.holders.includes("telegram")) lists.push(telegramSends(place, holders));
  if (traits.holders.includes("push")) pushSends(place, holders);
  const key = (): string => {
    count += 1;
    return `${traits.kind}_${count}`;
  };
  if (traits.kind === "callable" || traits.kind === "https") {
    steadily(place, usedEveryMs, () => {
      receivers.handle(callers.use(), key(), false);
    });
  }
  if (traits.kind === "task") {
    steadily(place, usedEveryMs, () => {
      const due = timeline.now() + (random.chance(0.3) ? random.between(hour, 3 * day) : random.between(0, 10_000));
      queues.enqueue(callers.use(), key(), due);
    });
  }
  if (traits.kind === "event") steadily(place, 10 * minute, () => subscriptions.publish(key()));

  function make(region: string, jobFires: boolean): void {
    receivers.put(region, { state: "ACTIVE", settings: "5f2c", isPublic: true, serves: true });
    if (traits.kind === "scheduled" && jobs.stateOf(region) === null) jobs.make(region, jobFires);
    if (traits.kind === "task") queues.make(region);
    if (traits.kind === "event") subscriptions.make(region, false);
  }

  function drop(region: string, by: Remover): void {
    if (!receivers.copies.has(region)) return;
    receivers.drop(region, by);
    jobs.drop(region, by);
    queues.drop(region, by);
    subscriptions.drop(region, by);
  }

  const ports: Ports = {
    clock: {
      now: async () => timeline.now() + world.clockOffsetMs,
      pause: async (ms) => timeline.advance(ms),
    },
    copies: {
      async look(_name, region) {
        const copy = receivers.copies.get(region);
        return copy === undefined ? null : copyLook(copy);
      },
      async deploy() {
        const wanted = { before: [from], moving: [from, to], after: [to], other: [] }[manifest.standing];
        for (const region of wanted) {
          const copy = receivers.copies.get(region);
          if (copy?.state === "ACTIVE") continue;
          const outcome = deployments.shift() ?? "made";
          receivers.put(region, { state: "DEPLOYING", settings: "5f2c", isPublic: true, serves: false });
          if (outcome === "is slow") {
            timeline.after(random.between(10 * minute, hour), () => {
              if (receivers.copies.get(region)?.state === "DEPLOYING") make(region, traits.newJobsFire);
            });
            timeline.advance(5 * minute);
            throw new Unseen(`Google has not ended the deployment of ${name} in ${region} yet.`);
          }
          timeline.advance(random.between(minute, 5 * minute));
          if (outcome === "fails") {
            receivers.put(region, { state: "FAILED", settings: "5f2c", isPublic: true, serves: false });
            throw new Refused(`The build of ${name} for ${region} failed: out of memory.`);
          }
          if (receivers.copies.get(region)?.state === "DEPLOYING") make(region, traits.newJobsFire);
        }
      },
      async remove(_name, region) {
        const copy = receivers.copies.get(region);
        if (copy === undefined) return;
        copy.state = "DELETING";
        drop(region, "move");
        timeline.advance(random.between(5_000, minute));
      },
    },
    manifest: {
      standing: async () => manifest.standing,
      wants: async (_name, region) => region === from && manifest.standing === "before",
      async write(_name, _from, _to, next) {
        manifest.standing = next;
      },
    },
    holders,
    jobs,
    queues,
    traffic: { requests: async (_name, region, since) => receivers.requests(region, since) },
    backlogs: subscriptions,
    deliveries: {
      async between(provider, _name, since, until) {
        return lists
          .flat()
          .flatMap((one) =>
            one.provider === provider && one.at >= since && one.at <= until
              ? [{ event: one.event, taken: one.taken, pending: one.pending }]
              : [],
          );
      },
    },
    effects: {
      async missing(_ledger, _name, events) {
        return events.filter((event) => (receivers.events.get(event)?.effects ?? 0) === 0);
      },
    },
    callers,
  };

  const world: World = {
    place,
    ports,
    clockOffsetMs: 0,
    holders,
    jobs,
    queues,
    subscriptions,
    callers,
    manifest,
    deployments,
    strangerRemoves: (region) => drop(region, "stranger"),
    strangerDeploys: (region) => {
      if (receivers.copies.get(region)?.state !== "ACTIVE") make(region, true);
    },
  };
  return world;
}
