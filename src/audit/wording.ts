import type { Holder } from "../model/holders.ts";
import type { Place } from "../model/place.ts";

/** "a", "a and b", "a, b and c". */
export function listed(items: readonly string[], last = "and"): string {
  if (items.length <= 1) return items[0] ?? "";
  return `${items.slice(0, -1).join(", ")} ${last} ${items[items.length - 1]}`;
}

/** "1 copy", "3 copies". */
export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** "Chatter.tsx:12": enough for a sentence; the finding's place carries the whole path. */
export function spot(place: Place): string {
  return `${baseName(place.file)}:${place.line}`;
}

export function baseName(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1);
}

/** "Stripe endpoint \"payments\"", "Twilio +33 1 23 45 67 89 (voiceUrl)". */
export function holderName(holder: Holder): string {
  const { label } = holder;
  switch (holder.kind) {
    case "stripe":
      return `Stripe endpoint ${quoted(label)}`;
    case "twilio":
      return `Twilio ${label} (${holder.field})`;
    case "telegram":
      return `Telegram bot ${label}`;
    case "scheduler":
      return `Scheduler job ${label}`;
    case "task-queue":
      return `Task queue ${label}`;
    case "push":
      return `Push subscription ${label}`;
  }
}

/** What is lost when a holder's URL stops answering. */
export function holderLoses(holder: Holder): string {
  switch (holder.kind) {
    case "stripe":
      return "its payment events";
    case "twilio":
      return "its calls and messages";
    case "telegram":
      return "its messages";
    case "scheduler":
      return "its runs";
    case "task-queue":
      return "its tasks";
    case "push":
      return "its messages";
  }
}

function quoted(text: string): string {
  return /^[\w+.-]+$/.test(text) ? text : `"${text}"`;
}
