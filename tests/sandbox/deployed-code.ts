import type { Sandbox } from "../../src/sandbox/server.ts";
import { zip } from "../../src/stacks/archive/zip.ts";
import { type Answer, ask } from "./client.ts";

export interface DeployedFunction {
  readonly id: string;
  readonly region: string;
  readonly entryPoint?: string;
  readonly service?: object;
  readonly eventTrigger?: object;
  /** Anybody may call it (default), or nobody. */
  readonly open?: boolean;
}

/** An archive of these files; package.json names the packages, without a lock. */
export function archiveOf(files: Readonly<Record<string, string>>, dependencies: Record<string, string> = {}): Buffer {
  const manifest = { name: "tiny", main: "index.js", dependencies };
  const all = { "package.json": JSON.stringify(manifest), ...files };
  return zip(
    Object.entries(all).map(([path, text]) => ({ path, bytes: new TextEncoder().encode(text), executable: false })),
  );
}

/** Uploads an archive and deploys functions from it, as `regions deploy` and firebase do: upload, create or patch, IAM. */
export async function deployCode(
  sandbox: Sandbox,
  archive: Buffer,
  copies: readonly DeployedFunction[],
): Promise<void> {
  const functions = `cloudfunctions.googleapis.com/v2/projects/${sandbox.project}/locations`;
  for (const copy of copies) {
    const { region, id } = copy;
    const offer = await ask(sandbox, "POST", `${functions}/${region}/functions:generateUploadUrl`, {});
    const uploaded = await fetch(String(offer.body.uploadUrl), { method: "PUT", body: new Uint8Array(archive) });
    if (!uploaded.ok) throw new Error(`the upload was refused: ${uploaded.status}`);
    const body = {
      buildConfig: {
        runtime: "nodejs22",
        entryPoint: copy.entryPoint ?? id,
        source: { storageSource: offer.body.storageSource },
      },
      serviceConfig: { availableCpu: "1", availableMemory: "512Mi", maxInstanceCount: 2, ...copy.service },
      ...(copy.eventTrigger === undefined ? {} : { eventTrigger: copy.eventTrigger }),
    };
    const name = `${functions}/${region}/functions/${id}`;
    const there = (await ask(sandbox, "GET", name)).status === 200;
    accepted(
      there
        ? await ask(sandbox, "PATCH", name, body)
        : await ask(sandbox, "POST", `${functions}/${region}/functions?functionId=${id}`, body),
    );
    // Lets the operation end.
    const { body: made } = await ask(sandbox, "GET", name);
    const service = (made.serviceConfig as { service: string }).service;
    const members = copy.open === false ? [] : ["allUsers"];
    const policy = { bindings: members.length === 0 ? [] : [{ role: "roles/run.invoker", members }] };
    accepted(await ask(sandbox, "POST", `run.googleapis.com/v2/${service}:setIamPolicy`, { policy }));
  }
}

/** Uploads an archive and deploys functions of the first generation on events from it, through the v1 API. */
export async function deployFirst(
  sandbox: Sandbox,
  archive: Buffer,
  copies: readonly { readonly id: string; readonly region: string; readonly eventTrigger: object }[],
): Promise<void> {
  for (const { id, region, eventTrigger } of copies) {
    const location = `projects/${sandbox.project}/locations/${region}`;
    const place = `cloudfunctions.googleapis.com/v1/${location}/functions`;
    const { body } = await ask(sandbox, "POST", `${place}:generateUploadUrl`, {});
    await fetch(String(body.uploadUrl), { method: "PUT", body: new Uint8Array(archive) });
    const [, , bucket, ...object] = new URL(String(body.uploadUrl)).pathname.split("/").slice(1);
    const sourceArchiveUrl = `gs://${bucket}/${object.join("/")}`;
    const name = `${location}/functions/${id}`;
    accepted(
      await ask(sandbox, "POST", place, { name, entryPoint: id, runtime: "nodejs22", sourceArchiveUrl, eventTrigger }),
    );
    // Lets the operation end.
    accepted(await ask(sandbox, "GET", `cloudfunctions.googleapis.com/v1/${name}`));
  }
}

function accepted(answer: Answer): void {
  if (answer.status !== 200) throw new Error(`the sandbox refused: ${answer.status} ${JSON.stringify(answer.body)}`);
}
