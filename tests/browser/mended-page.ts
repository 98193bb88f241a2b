import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../cli/run.ts";
import { copyOfTheFleet } from "../story/copy.ts";
import { root } from "../story/fleet.ts";
import { type BuiltPage, servePage } from "./built-page.ts";

export interface MendedPage extends BuiltPage {
  /** What `regions fix` changed: "SubscriptionPage.tsx: createSubscriptionCheckout in europe-west3", ".env: env-region in …". */
  readonly mended: readonly string[];
}

/**
 * examples/web as it is once the story's faults are gone: `regions fix` has rewritten the callers of what is live (a
 * listing as `gcloud functions list --format=json` prints it) in a copy of the fleet, and that copy is built and served.
 */
export async function serveMendedPage(
  live: readonly unknown[],
  variables: Readonly<Record<string, string>>,
): Promise<MendedPage> {
  const folder = copyOfTheFleet("mended");
  try {
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "live.json"), JSON.stringify(live));
    const args = ["fix", "--yes", "--deployed", "live.json", "--sources", "declared,callers,deployed"];
    const ran = await run([...args, "--format", "json"], { cwd: folder });
    const said = JSON.parse(ran.stdout || "{}") as Fixed;
    if (said.status !== "written") throw new Error(`regions fix wrote nothing: ${ran.stdout}${ran.stderr}`);
    const page = await servePage(variables, join(folder, "examples/web"));
    const mended = said.mended.map(
      ({ rule, function: name, place, to }) =>
        `${place?.file.slice(place.file.lastIndexOf("/") + 1)}: ${name ?? rule} in ${to}`,
    );
    return { ...page, mended };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Fixed {
  readonly status: string;
  readonly mended: readonly {
    readonly rule: string;
    readonly function: string | null;
    readonly place: { readonly file: string } | null;
    readonly to: string | null;
  }[];
}
