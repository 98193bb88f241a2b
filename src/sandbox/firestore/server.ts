import {
  type handleBidiStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { FirestoreError } from "./error.ts";
import { type ListenRequest, serveListen } from "./listen.ts";
import {
  batchGet,
  batchWrite,
  commit,
  type Database,
  getDocument,
  listCollectionIds,
  listDocuments,
  runAggregation,
  runQueryRequest,
} from "./requests.ts";
import { codec } from "./schema.ts";

export interface FirestoreServer {
  /** "127.0.0.1:PORT", for FIRESTORE_EMULATOR_HOST. */
  readonly host: string;
  close(): Promise<void>;
}

/**
 * Serves google.firestore.v1 over gRPC on 127.0.0.1 for the official server clients. A method that is not here is
 * refused with UNIMPLEMENTED, which names it.
 */
export async function serveFirestore(database: Database): Promise<FirestoreServer> {
  const server = new Server({ "grpc.max_receive_message_length": 16 * 1024 * 1024 });
  const definition: Record<string, ServiceDefinition[string]> = {};
  const implementation: UntypedServiceImplementation = {};
  for (const [name, method] of Object.entries(unary)) {
    const request = codec<never>(`${name}Request`);
    const answer = codec<object>(method.answer);
    definition[name] = shape(name, request, answer, false, false);
    const answerOne: handleUnaryCall<unknown, object> = (call, done) => {
      Promise.resolve()
        .then(() => method.handle(database, call.request as never))
        .then(
          (value) => done(null, value),
          (error: unknown) => done(refusal(error)),
        );
    };
    implementation[name] = answerOne;
  }
  for (const [name, handle] of Object.entries(streamed)) {
    const request = codec<never>(`${name}Request`);
    const answer = codec<object>(`${name}Response`);
    definition[name] = shape(name, request, answer, false, true);
    const answerAll: handleServerStreamingCall<unknown, object> = (call) => {
      Promise.resolve()
        .then(() => handle(database, call.request as never))
        .then(
          (answers) => {
            for (const one of answers) call.write(one);
            call.end();
          },
          (error: unknown) => call.emit("error", refusal(error)),
        );
    };
    implementation[name] = answerAll;
  }
  definition.Listen = shape("Listen", codec<never>("ListenRequest"), codec<object>("ListenResponse"), true, true);
  const listen: handleBidiStreamingCall<ListenRequest, object> = (call) =>
    serveListen(database.store, call, (error) => call.emit("error", refusal(error)));
  implementation.Listen = listen;
  server.addService(definition, implementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    host: `127.0.0.1:${port}`,
    async close() {
      server.forceShutdown();
    },
  };
}

type Handle = (database: Database, request: never) => object | Promise<object>;

const unary: Readonly<Record<string, { readonly answer: string; readonly handle: Handle }>> = {
  GetDocument: { answer: "Document", handle: getDocument },
  ListDocuments: { answer: "ListDocumentsResponse", handle: listDocuments },
  BeginTransaction: {
    answer: "BeginTransactionResponse",
    handle: ({ transactions }: Database, { options }: { readonly options?: object }) => ({
      transaction: transactions.begin(options),
    }),
  },
  Commit: { answer: "CommitResponse", handle: commit },
  Rollback: {
    answer: "Empty",
    handle: ({ transactions }: Database, { transaction = "" }: { readonly transaction?: string }) => {
      transactions.rollback(transaction);
      return {};
    },
  },
  ListCollectionIds: { answer: "ListCollectionIdsResponse", handle: listCollectionIds },
  BatchWrite: { answer: "BatchWriteResponse", handle: batchWrite },
};

const streamed: Readonly<Record<string, (database: Database, request: never) => object[] | Promise<object[]>>> = {
  BatchGetDocuments: batchGet,
  RunQuery: runQueryRequest,
  RunAggregationQuery: runAggregation,
};

interface Wire {
  encode(message: object): Buffer;
  decode(bytes: Uint8Array): unknown;
}

function shape(name: string, request: Wire, answer: Wire, requestStream: boolean, responseStream: boolean) {
  return {
    path: `/google.firestore.v1.Firestore/${name}`,
    requestStream,
    responseStream,
    requestSerialize: (message: object) => request.encode(message),
    requestDeserialize: (bytes: Buffer) => request.decode(bytes),
    responseSerialize: (message: object) => answer.encode(message),
    responseDeserialize: (bytes: Buffer) => answer.decode(bytes),
  };
}

function refusal(error: unknown): { code: number; details: string } {
  if (error instanceof FirestoreError) return { code: error.code, details: error.message };
  const reason = error instanceof Error ? error.message : String(error);
  return { code: 13, details: `The sandbox's Firestore failed: ${reason}` };
}
