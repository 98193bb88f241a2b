import type { Environment, Manifest } from "../../manifest/manifest.ts";
import type { DeployedFacts } from "../../model/deployed.ts";
import type { SourceName } from "../../model/gap.ts";
import type { HolderFacts } from "../../model/holders.ts";
import type { StateFacts } from "../../model/state.ts";
import { inputError } from "../input-error.ts";
import type { Io } from "../io.ts";
import { holderAccess } from "./holder-access.ts";
import type { Read } from "./read-code.ts";
import { openServices, type Services } from "./services.ts";

interface ServicesInput {
  readonly root: string;
  readonly manifest: Manifest | null;
  readonly project: string | null;
  /** `--deployed FILE`, as typed; null = ask Google. */
  readonly deployedFile: string | null;
  readonly asked: ReadonlySet<SourceName>;
}

interface ServicesRead {
  readonly deployed: Read<DeployedFacts> | null;
  readonly holders: Read<HolderFacts> | null;
  readonly state: Read<StateFacts> | null;
  readonly notes: readonly string[];
}

/** Runs a read of a source; null where the source is not asked for. */
type Attempt = <T>(source: SourceName, read: () => Promise<Read<T>>) => Promise<Read<T>> | null;

/**
 * What is deployed, which outside systems hold its URLs, and what deployments remember of it. Services are opened only when one of them must be called,
 * and closed again whatever happens; a listing in a file needs none.
 */
export async function readServices(input: ServicesInput, attempt: Attempt, io: Io): Promise<ServicesRead> {
  const { asked, deployedFile, root } = input;
  const listing =
    deployedFile === null || !asked.has("deployed") ? null : await readDeployedOf(deployedFile, input, io);
  const notes = listing?.notes ?? [];
  const live = asked.has("deployed") && listing === null;
  if (!live && !asked.has("holders") && !asked.has("state")) {
    return { deployed: listing, holders: null, state: null, notes };
  }

  const project = input.project;
  if (project === null) {
    throw inputError(
      "No project is known, so nothing can be asked of Google.",
      "Name it in regions.yaml, or give a listing with --deployed.",
    );
  }
  const { manifest } = input;
  const environment = manifest?.environment ?? anyEnvironment;
  let opened: Promise<Services> | null = null;
  const services = () => {
    opened ??= openServices(environment, root, io);
    return opened;
  };
  try {
    const deployed = live
      ? attempt("deployed", async () => {
          const { readDeployedLive } = await import("../../sources/deployed/live.ts");
          return readDeployedLive((await services()).google, project, { now: io.now });
        })
      : null;
    const holders = attempt("holders", async () =>
      readHolding({ ...input, project, environment, services, deployed, google: deployedFile === null }, io),
    );
    const state =
      manifest === null
        ? null
        : attempt("state", async () => {
            const { readStateHere } = await import("./state.ts");
            return readStateHere(root, manifest, services, io);
          });
    const [deployedRead, holdersRead, stateRead] = await Promise.all([deployed ?? listing, holders, state]);
    return { deployed: deployedRead, holders: holdersRead, state: stateRead, notes };
  } finally {
    await closeServices(opened);
  }
}

/** A checkout without a manifest: Google with the user's own credentials, and nothing else. */
const anyEnvironment: Pick<Environment, "endpoint" | "stripe" | "twilio" | "telegram"> = {
  endpoint: "google",
  stripe: null,
  twilio: null,
  telegram: null,
};

interface HoldingInput {
  readonly manifest: Manifest | null;
  readonly project: string;
  readonly environment: Pick<Environment, "endpoint" | "stripe" | "twilio" | "telegram">;
  readonly services: () => Promise<Services>;
  readonly deployed: Promise<Read<DeployedFacts>> | null;
  /** Scheduler, queues and push subscriptions are asked for, too. */
  readonly google: boolean;
}

async function readHolding(input: HoldingInput, io: Io): Promise<Read<HolderFacts>> {
  const [{ readHolders }, { missingAccess }, services] = await Promise.all([
    import("../../sources/holders/read.ts"),
    import("../../sources/holders/missing-access.ts"),
    input.services(),
  ]);
  const access = services.access ?? holderAccess(input.environment, io.env);
  const read = await readHolders({
    endpoint: services.endpoint,
    stripe: access.stripe,
    twilio: access.twilio,
    telegram: access.telegram,
    google: input.google ? services.google : null,
    project: input.project,
    regions: [...(input.manifest?.regions.keys() ?? [])],
    deployed: input.deployed,
    signal: io.signal,
  });
  const configured = new Set([...access.configured, ...(input.google ? googleKinds : [])]);
  const gaps = [...access.gaps, ...missingAccess(input.manifest?.functions.values() ?? [], configured), ...read.gaps];
  // Nothing could be asked of anybody: that is no empty answer.
  return { facts: (read.facts?.asked.length ?? 0) === 0 && gaps.length > 0 ? null : read.facts, gaps };
}

const googleKinds = ["scheduler", "task-queue", "push"] as const;

async function closeServices(opened: Promise<Services> | null): Promise<void> {
  // Where opening failed, whoever asked for the services has been told.
  const services = await opened?.catch(() => null);
  await services?.close();
}

async function readDeployedOf(file: string, { manifest, project }: ServicesInput, io: Io) {
  const { readListing } = await import("./listing.ts");
  return readListing(file, manifest, project, io);
}
