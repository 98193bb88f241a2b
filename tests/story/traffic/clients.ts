import { tokenOf } from "../../../bench/load-auth.ts";
import type { Town } from "./town.ts";

/** People in front of pages, which call functions where the page was built to. */
export interface Clients {
  /**
   * Calls as the pages do that people have open. Every eighth presses twice. What fails is pressed again, three times;
   * null where all of that failed.
   */
  call(name: string, uid: string | null, data: object): Promise<Record<string, unknown> | null>;
  /** Builds and publishes the site from the source that is there. Every other client still has the page of before. */
  publish(): Promise<void>;
  /** Everybody has the page that is published. */
  reload(): void;
  /** Region by function, of the page that is published. */
  regions(): Readonly<Record<string, string>>;
  /** What people saw that was no answer: "registerChatter in europe-west1: 503 …". */
  refused(): readonly string[];
}

export function openClients(town: Town): Clients {
  const { base, project } = town;
  let published: Readonly<Record<string, string>> = {};
  let open: Readonly<Record<string, string>>[] = [];
  let count = 0;
  const refused: string[] = [];

  async function press(name: string, region: string, uid: string | null, data: object) {
    const response = await fetch(`${base}/${project}/${region}/${name}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(uid === null ? {} : { authorization: `Bearer ${tokenOf(uid, project)}` }),
      },
      body: JSON.stringify({ data }),
    });
    const text = await response.text();
    if (response.ok) return (JSON.parse(text) as { result: Record<string, unknown> }).result;
    refused.push(`${name} in ${region}: ${response.status} ${text.slice(0, 200)}`);
    return null;
  }

  return {
    async call(name, uid, data) {
      count += 1;
      const page = open[count % open.length] ?? published;
      // What no page calls, a visitor's link does, where it is wanted.
      const region = page[name] ?? "europe-west2";
      const twice = count % 8 === 0 ? [1, 2] : [1];
      for (let attempt = 1; attempt <= 4; attempt += 1) {
        const answers = await Promise.all(twice.map(() => press(name, region, uid, data)));
        const answer = answers.find((one) => one !== null);
        if (answer !== undefined) return answer;
      }
      return null;
    },
    async publish() {
      const { stdout, stderr, code } = await town.regions("list", "callers", "--format", "json");
      if (code !== 0) throw new Error(`the pages could not be read: ${code} ${stderr}`);
      const { callers } = JSON.parse(stdout) as { callers: { how: string; functions: string[]; regions: string[] }[] };
      const called = callers.filter(({ how }) => how === "callable");
      const before = published;
      published = Object.fromEntries(
        called.flatMap((row) => row.functions.map((name) => [name, row.regions[0] ?? ""])),
      );
      open = Object.keys(before).length === 0 ? [published] : [before, published];
    },
    reload() {
      open = [published];
    },
    regions: () => published,
    refused: () => refused,
  };
}
