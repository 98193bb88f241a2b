import { credentials, type ServiceError } from "@grpc/grpc-js";
import grpcPb from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import statusPb from "@pulumi/pulumi/proto/status_pb.js";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import type { Patience } from "../../src/stacks/provider/patience.ts";
import { type RunningProvider, startProvider } from "../../src/stacks/provider/server.ts";
import { fromStruct, toStruct } from "../../src/stacks/provider/wire.ts";
import { smallSeed } from "../sandbox/small-seed.ts";

export type Inputs = Record<string, unknown>;
// biome-ignore lint/suspicious/noExplicitAny: what a test reads from a state it asserts right there
export type State = Record<string, any>;

export interface DiffAnswer {
  readonly changes: number;
  readonly diffs: readonly string[];
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
  /** Path → kind of change by its number in the protocol. */
  readonly detailed: Record<string, number>;
}

/** What the provider says when something was made and is not well. */
export class InitFailed extends Error {
  readonly id: string;
  readonly state: State;
  readonly reasons: readonly string[];
  constructor(detail: InstanceType<typeof providerPb.ErrorResourceInitFailed>) {
    super(detail.getReasonsList().join("\n"));
    this.id = detail.getId();
    this.state = fromStruct(detail.getProperties());
    this.reasons = detail.getReasonsList();
  }
}

/** The engine's side of the protocol, one call at a time, over a real connection. */
export function engineClient(port: number, token: string) {
  // Like an engine's, a connection of its own.
  const options = { "grpc.use_local_subchannel_pool": 1 };
  const client = new grpcPb.ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure(), options);
  const urn = `urn:pulumi:dev::test::${token}::thing`;

  function call<Request, Response>(
    method: (request: Request, done: (error: ServiceError | null, response: Response) => void) => unknown,
    request: Request,
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      method.call(client, request, (error, response) => (error === null ? resolve(response) : reject(detailOf(error))));
    });
  }

  return {
    close: () => client.close(),
    async configure(variables: Record<string, string>) {
      const request = new providerPb.ConfigureRequest();
      for (const [key, value] of Object.entries(variables)) request.getVariablesMap().set(`gcp:config:${key}`, value);
      return call(client.configure as never, request);
    },
    async handshake() {
      const answer = await call(client.handshake as never, new providerPb.ProviderHandshakeRequest());
      return (answer as InstanceType<typeof providerPb.ProviderHandshakeResponse>).toObject();
    },
    cancel: () => call(client.cancel as never, emptyMessage()),
    async check(inputs: Inputs): Promise<{ inputs: State; failures: { property: string; reason: string }[] }> {
      const request = new providerPb.CheckRequest();
      request
        .setUrn(urn)
        .setType(token)
        .setNews(toStruct(inputs as never));
      const answer = (await call(client.check as never, request)) as InstanceType<typeof providerPb.CheckResponse>;
      return {
        inputs: fromStruct(answer.getInputs()),
        failures: answer.getFailuresList().map((failure) => failure.toObject()),
      };
    },
    async create(
      inputs: Inputs,
      options: { preview?: boolean; timeout?: number } = {},
    ): Promise<{ id: string; state: State }> {
      const request = new providerPb.CreateRequest();
      request
        .setUrn(urn)
        .setType(token)
        .setProperties(toStruct(inputs as never));
      request.setPreview(options.preview ?? false).setTimeout(options.timeout ?? 0);
      const answer = (await call(client.create as never, request)) as InstanceType<typeof providerPb.CreateResponse>;
      return { id: answer.getId(), state: fromStruct(answer.getProperties()) };
    },
    /** `inputs` null: an import. */
    async read(id: string, state: State, inputs: Inputs | null): Promise<{ id: string; state: State; inputs: State }> {
      const request = new providerPb.ReadRequest();
      request.setId(id).setUrn(urn).setType(token).setProperties(toStruct(state));
      if (inputs !== null) request.setInputs(toStruct(inputs as never));
      const answer = (await call(client.read as never, request)) as InstanceType<typeof providerPb.ReadResponse>;
      return {
        id: answer.getId(),
        state: fromStruct(answer.getProperties()),
        inputs: fromStruct(answer.getInputs()),
      };
    },
    async diff(id: string, state: State, oldInputs: Inputs, news: Inputs): Promise<DiffAnswer> {
      const request = new providerPb.DiffRequest();
      request.setId(id).setUrn(urn).setType(token).setOlds(toStruct(state));
      request.setOldInputs(toStruct(oldInputs as never)).setNews(toStruct(news as never));
      const answer = (await call(client.diff as never, request)) as InstanceType<typeof providerPb.DiffResponse>;
      const detailed: Record<string, number> = {};
      for (const [path, detail] of answer.getDetaileddiffMap().entries()) detailed[path] = detail.getKind();
      return {
        changes: answer.getChanges(),
        diffs: answer.getDiffsList(),
        replaces: answer.getReplacesList(),
        deleteBeforeReplace: answer.getDeletebeforereplace(),
        detailed,
      };
    },
    async update(id: string, state: State, oldInputs: Inputs, news: Inputs, preview = false): Promise<State> {
      const request = new providerPb.UpdateRequest();
      request.setId(id).setUrn(urn).setType(token).setOlds(toStruct(state)).setPreview(preview);
      request.setOldInputs(toStruct(oldInputs as never)).setNews(toStruct(news as never));
      const answer = (await call(client.update as never, request)) as InstanceType<typeof providerPb.UpdateResponse>;
      return fromStruct(answer.getProperties());
    },
    async delete(id: string, state: State): Promise<void> {
      const request = new providerPb.DeleteRequest();
      request.setId(id).setUrn(urn).setType(token).setProperties(toStruct(state));
      await call(client.delete as never, request);
    },
  };
}

function emptyMessage(): never {
  return grpcPb.ResourceProviderService.cancel.responseDeserialize(Buffer.alloc(0)) as never;
}

/** Reads the details of a failure with the SDK's own classes, as the engine would. */
function detailOf(error: ServiceError): Error {
  const [bytes] = error.metadata?.get("grpc-status-details-bin") ?? [];
  if (!Buffer.isBuffer(bytes)) return error;
  const [any] = statusPb.Status.deserializeBinary(new Uint8Array(bytes)).getDetailsList();
  if (any === undefined || any.getTypeName() !== "pulumirpc.ErrorResourceInitFailed") return error;
  return new InitFailed(providerPb.ErrorResourceInitFailed.deserializeBinary(any.getValue_asU8()));
}

/** Impatient, so that a test of repetition takes milliseconds. */
export const hasty: Partial<Patience> = {
  firstPauseMs: 5,
  longestPauseMs: 40,
  giveUpMs: 2000,
  quotaMs: 2000,
  firstPollMs: 2,
  longestPollMs: 10,
  finishMs: 0,
};

export interface World {
  readonly sandbox: Sandbox;
  readonly provider: RunningProvider;
  engine(token: string): ReturnType<typeof engineClient>;
  /** The requests since the last time, "METHOD host/path?query"; operations by "…". Failed ones end in their status. */
  calls(): string[];
  /** Puts an archive into the bucket `acme-exports`. */
  archive(name: string): Promise<void>;
  close(): Promise<void>;
}

/** The small project of the sandbox's tests, a provider on it, and clients for it. */
export async function startWorld(patience: Partial<Patience> = {}): Promise<World> {
  const sandbox = await startSandbox({ folder: null, seed: { ...smallSeed, secrets: ["STRIPE_KEY"] } });
  const { base: endpoint, token } = sandbox;
  const provider = await startProvider({ endpoint, token, project: "acme-test", patience: { ...hasty, ...patience } });
  const clients: ReturnType<typeof engineClient>[] = [];
  return {
    sandbox,
    provider,
    engine(type) {
      const client = engineClient(provider.port, type);
      clients.push(client);
      return client;
    },
    calls() {
      const lines = sandbox.log.entries().map(({ method, host, path, status }) => {
        const shown = path.replace(/operations\/[\w-]+/, "operations/…");
        return `${method} ${host}${shown}${status === null ? " lost" : status < 300 ? "" : ` ${status}`}`;
      });
      sandbox.log.clear();
      return lines;
    },
    async archive(name) {
      const path = `storage.googleapis.com/upload/storage/v1/b/acme-exports/o?uploadType=media&name=${name}`;
      await fetch(`${sandbox.base}/${path}`, { method: "POST", headers: { authorization: "Bearer x" }, body: "zip" });
      sandbox.log.clear();
    },
    async close() {
      for (const client of clients) client.close();
      await provider.close();
      await sandbox.close();
    },
  };
}
