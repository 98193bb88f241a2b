import type { ServerUnaryCall, ServiceError, sendUnaryData } from "@grpc/grpc-js";
import { status } from "@grpc/grpc-js";
import pluginPb from "@pulumi/pulumi/proto/plugin_pb.js";
import grpcPb from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type * as pb from "@pulumi/pulumi/proto/provider_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import * as lifecycle from "./lifecycle.ts";
import { type Context, PartialFailure, type ResourceType } from "./resource-type.ts";
import { resourceTypes } from "./resource-types.ts";
import { isEmpty, type Values } from "./values.ts";
import { fromStruct, initFailedError, toStruct } from "./wire.ts";

/** The version of the gcp package whose properties are served. */
export const servedVersion = "9.37.0";

const byToken = new Map(resourceTypes.map((type) => [type.token, type]));

/** Connections to Google by the provider instance that configured them. */
export interface Sessions {
  configure(peer: string, settings: Values): void;
  context(peer: string, timeoutSeconds: number): Context;
  /** Stops all that the instance has under way. */
  cancel(peer: string): void;
  cancelAll(): void;
}

type Answer<Response> = { readonly response: Response } | { readonly error: Partial<ServiceError> };

/** The engine's provider protocol, as far as resources of the served types need it. */
export function providerService(sessions: Sessions, log: (line: string) => void) {
  return {
    handshake: unary<pb.ProviderHandshakeRequest, pb.ProviderHandshakeResponse>(async () => {
      const response = new providerPb.ProviderHandshakeResponse();
      // The engine then takes secrets out before it sends, and marks them again afterwards.
      response.setAcceptSecrets(false);
      response.setAcceptResources(false);
      response.setAcceptOutputs(false);
      return response;
    }),
    getPluginInfo: unary(async () => {
      const response = new pluginPb.PluginInfo();
      response.setVersion(servedVersion);
      return response;
    }),
    attach: unary(async () => empty()),
    cancel: unary(async (_request, peer) => {
      log("cancel");
      sessions.cancel(peer);
      return empty();
    }),
    checkConfig: unary<pb.CheckRequest, pb.CheckResponse>(async (request) => {
      const response = new providerPb.CheckResponse();
      response.setInputs(request.getNews());
      return response;
    }),
    diffConfig: unary<pb.DiffRequest, pb.DiffResponse>(async (request) => {
      const response = new providerPb.DiffResponse();
      const [olds, news] = [fromStruct(request.getOldInputs()), fromStruct(request.getNews())];
      const same = JSON.stringify(olds) === JSON.stringify(news);
      const { DIFF_NONE, DIFF_SOME } = providerPb.DiffResponse.DiffChanges;
      response.setChanges(same ? DIFF_NONE : DIFF_SOME);
      return response;
    }),
    configure: unary<pb.ConfigureRequest, pb.ConfigureResponse>(async (request, peer) => {
      const settings: Values = fromStruct(request.getArgs());
      for (const [key, value] of request.getVariablesMap().entries()) {
        settings[key.replace(/^gcp:config:/, "")] ??= value;
      }
      sessions.configure(peer, settings);
      const response = new providerPb.ConfigureResponse();
      response.setAcceptsecrets(false);
      response.setAcceptresources(false);
      response.setAcceptoutputs(false);
      response.setSupportspreview(true);
      return response;
    }),
    check: unary<pb.CheckRequest, pb.CheckResponse>(async (request) => {
      const checked = lifecycle.check(typeOf(request), fromStruct(request.getNews()));
      const response = new providerPb.CheckResponse();
      response.setInputs(toStruct(checked.inputs));
      for (const { property, reason } of checked.failures) {
        const failure = new providerPb.CheckFailure();
        failure.setProperty(property);
        failure.setReason(reason);
        response.addFailures(failure);
      }
      return response;
    }),
    diff: unary<pb.DiffRequest, pb.DiffResponse>(async (request, peer) => {
      const context = sessions.context(peer, 0);
      const olds = fromStruct(request.getOlds());
      return diffResponse(lifecycle.diff(typeOf(request), context, olds, fromStruct(request.getNews())));
    }),
    create: unary<pb.CreateRequest, pb.CreateResponse>(async (request, peer) => {
      const type = typeOf(request);
      const inputs = fromStruct(request.getProperties());
      const preview = request.getPreview();
      if (!preview) log(`create ${request.getUrn()}`);
      const context = sessions.context(peer, request.getTimeout());
      const { id, state } = await orPartly(inputs, () => lifecycle.create(type, context, inputs, preview));
      const response = new providerPb.CreateResponse();
      response.setId(id);
      response.setProperties(toStruct(state));
      return response;
    }),
    read: unary<pb.ReadRequest, pb.ReadResponse>(async (request, peer) => {
      const context = sessions.context(peer, request.getTimeout());
      const inputs = fromStruct(request.getInputs());
      const prior = fromStruct(request.getProperties());
      const look = await lifecycle.read(
        typeOf(request),
        context,
        request.getId(),
        prior,
        isEmpty(inputs) ? null : inputs,
      );
      const response = new providerPb.ReadResponse();
      // An empty answer says that nothing is there.
      if (look === null) return response;
      response.setId(look.id);
      response.setProperties(toStruct(look.state));
      response.setInputs(toStruct(look.inputs));
      return response;
    }),
    update: unary<pb.UpdateRequest, pb.UpdateResponse>(async (request, peer) => {
      const type = typeOf(request);
      const preview = request.getPreview();
      if (!preview) log(`update ${request.getUrn()}`);
      const context = sessions.context(peer, request.getTimeout());
      const news = fromStruct(request.getNews());
      const olds = fromStruct(request.getOlds());
      const state = await orPartly(news, () => lifecycle.update(type, context, request.getId(), olds, news, preview));
      const response = new providerPb.UpdateResponse();
      response.setProperties(toStruct(state));
      return response;
    }),
    delete: unary<pb.DeleteRequest, Empty>(async (request, peer) => {
      log(`delete ${request.getUrn()}`);
      const context = sessions.context(peer, request.getTimeout());
      await lifecycle.remove(typeOf(request), context, request.getId(), fromStruct(request.getProperties()));
      return empty();
    }),
    invoke: unary<pb.InvokeRequest, pb.InvokeResponse>(async (request) => {
      throw new Refused(`The sandbox's provider serves no data source: ${request.getTok()} is asked for.`);
    }),
  };
}

/** Something that the provider does not do, said by name. */
class Refused extends Error {}

/** A failure that the engine must keep the resource of. */
class Partly extends Error {
  readonly error: Partial<ServiceError>;
  constructor(error: Partial<ServiceError>) {
    super("partly");
    this.error = error;
  }
}

async function orPartly<T>(inputs: Values, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof PartialFailure)) throw error;
    throw new Partly(initFailedError(error.resource.id, error.resource.state, inputs, error.reasons));
  }
}

function unary<Request, Response>(work: (request: Request, peer: string) => Promise<Response>) {
  return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
    answer(work, call).then((result) => {
      if ("error" in result) callback(result.error, null);
      else callback(null, result.response);
    });
  };
}

async function answer<Request, Response>(
  work: (request: Request, peer: string) => Promise<Response>,
  call: ServerUnaryCall<Request, Response>,
): Promise<Answer<Response>> {
  try {
    return { response: await work(call.request, call.getPeer()) };
  } catch (error) {
    if (error instanceof Partly) return { error: error.error };
    const details = error instanceof Error ? error.message : String(error);
    return { error: { code: error instanceof Refused ? status.UNIMPLEMENTED : status.UNKNOWN, details } };
  }
}

function typeOf(request: { getUrn(): string; getType(): string }): ResourceType {
  // Engines before 3.138 name the type in the URN alone: urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME.
  const token = request.getType() || (request.getUrn().split("::")[2]?.split("$").at(-1) ?? "");
  const type = byToken.get(token);
  if (type === undefined) {
    const known = [...byToken.keys()].join(", ");
    throw new Refused(`The sandbox's provider does not serve resources of type ${token}. It serves: ${known}.`);
  }
  return type;
}

function diffResponse(found: lifecycle.Diff): pb.DiffResponse {
  const response = new providerPb.DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = providerPb.DiffResponse.DiffChanges;
  response.setChanges(found.differences.length === 0 ? DIFF_NONE : DIFF_SOME);
  response.setDiffsList([...found.changed]);
  response.setReplacesList([...found.replaces]);
  response.setDeletebeforereplace(found.deleteBeforeReplace);
  response.setHasdetaileddiff(true);
  const { Kind } = providerPb.PropertyDiff;
  for (const { path, kind, replaces } of found.differences) {
    const detail = new providerPb.PropertyDiff();
    const kinds = {
      add: replaces ? Kind.ADD_REPLACE : Kind.ADD,
      delete: replaces ? Kind.DELETE_REPLACE : Kind.DELETE,
      update: replaces ? Kind.UPDATE_REPLACE : Kind.UPDATE,
    };
    detail.setKind(kinds[kind]);
    response.getDetaileddiffMap().set(path, detail);
  }
  return response;
}

type Empty = ReturnType<typeof grpcPb.ResourceProviderService.cancel.responseDeserialize>;

function empty(): Empty {
  return grpcPb.ResourceProviderService.cancel.responseDeserialize(Buffer.alloc(0));
}
