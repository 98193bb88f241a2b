import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import { isValues, type Value, type Values } from "./values.ts";

/** `google.protobuf.Struct`, as far as it is needed here. */
interface Struct {
  toJavaScript(): unknown;
}

type StructOf = NonNullable<ReturnType<InstanceType<typeof providerPb.CreateResponse>["getProperties"]>>;

/**
 * The class comes with the SDK's messages and is no export of the SDK: an answer whose second field, `properties`, is
 * empty holds one.
 */
const structClass = providerPb.CreateResponse.deserializeBinary(Uint8Array.of(0x12, 0)).getProperties()
  ?.constructor as unknown as { fromJavaScript(value: object): StructOf };

export function toStruct(values: Values): StructOf {
  return structClass.fromJavaScript(values);
}

export function fromStruct(struct: Struct | undefined): Values {
  const value = struct?.toJavaScript();
  return isValues(value) ? (plain(value) as Values) : {};
}

const secretMark = "4dabf18193072939515e22adb298388d";
const secretKind = "1b47061264138c4ac30d75fd1eb44270";
const outputKind = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** Takes values out of the wrappers of secrets and outputs, should the engine send some all the same. */
function plain(value: Value): Value {
  if (Array.isArray(value)) return value.map(plain);
  if (!isValues(value)) return value;
  const kind = value[secretMark];
  if (kind === secretKind || kind === outputKind) return plain(value.value ?? null);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

/**
 * An error that carries an ErrorResourceInitFailed: the engine takes id and properties into its state and remembers the
 * reasons. Such details travel in trailing metadata as a `google.rpc.Status`, which the SDK has no class for.
 */
export function initFailedError(
  id: string,
  properties: Values,
  inputs: Values,
  reasons: readonly string[],
): Partial<ServiceError> {
  const detail = new providerPb.ErrorResourceInitFailed();
  detail.setId(id);
  detail.setProperties(toStruct(properties));
  detail.setInputs(toStruct(inputs));
  detail.setReasonsList([...reasons]);
  const message = reasons.join("; ");
  const any = Buffer.concat([
    bytesField(1, Buffer.from("type.googleapis.com/pulumirpc.ErrorResourceInitFailed")),
    bytesField(2, Buffer.from(detail.serializeBinary())),
  ]);
  const encoded = Buffer.concat([
    Buffer.from([0x08, status.UNKNOWN]),
    bytesField(2, Buffer.from(message)),
    bytesField(3, any),
  ]);
  const metadata = new Metadata();
  metadata.add("grpc-status-details-bin", encoded);
  return { code: status.UNKNOWN, details: message, metadata };
}

/** A length-delimited field of a protobuf message. */
function bytesField(number: number, content: Buffer): Buffer {
  const length: number[] = [];
  let rest = content.length;
  while (rest > 127) {
    length.push((rest & 127) | 128);
    rest >>>= 7;
  }
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...length, rest]), content]);
}
