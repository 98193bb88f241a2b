/** Words that say what a function does and not whom it belongs to: sharing one of them makes no family. */
const generic = new Set(
  (
    "add admin all api async auto aggregate apply approve archive assign backfill batch bulk calculate cancel check clean " +
    "cleanup clear close collect complete compute confirm convert count create cron daily deactivate delete detect " +
    "disable do download enable end execute expired export fetch find fix force generate get handle hourly import init " +
    "initialize list load log make manage manual mark migrate monitor monthly my new notify old on open pause ping post " +
    "process publish purge queue read rebuild receive recover refresh register reject release remove reset resolve " +
    "restore resume retry review run save schedule scheduled search send set setup start stop submit sync test toggle " +
    "track trigger unset update upload validate verify view weekly"
  ).split(" "),
);

/** "handleTwilioSMS_retry" → handle, twilio, sms, retry. */
export function wordsOf(name: string): string[] {
  const words = name.match(/[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+/g) ?? [];
  return words.map((word) => word.toLowerCase());
}

/** It says what a function does, and not what about. */
export function isGeneric(word: string): boolean {
  return generic.has(word);
}

/** What a name is about: its first word that is not generic, in the singular. Null: there is none. */
export function subjectOf(name: string): string | null {
  const word = wordsOf(name).find((one) => !isGeneric(one) && !/^\d+$/.test(one));
  return word === undefined ? null : word.length > 3 ? word.replace(/(?<!s)s$/, "") : word;
}
