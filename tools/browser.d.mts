/** What a person types where no browser was found. */
export const mend: string;

/** The path of a Chromium; null where there is none. */
export function findBrowser(env?: Readonly<Record<string, string | undefined>>): string | null;
