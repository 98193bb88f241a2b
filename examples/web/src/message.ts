/** What a failed call says to people: Firebase puts the status of the answer behind the message. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/ \[\d+\]$/, "") : String(error);
}
