import {
  AwsError,
  type CallContext,
  DYNAMODB_OPERATIONS,
  type DynamoDbOperation,
  Engine,
  type EngineOptions,
  S3_OPERATIONS,
  type S3Operation,
  SNS_OPERATIONS,
  type SnsOperation,
  SQS_OPERATIONS,
  type SqsOperation,
} from "../../local/engine/index.ts";
import { MemoryBody } from "./body.ts";
import type { Call } from "./call.ts";
import { type Clients, clientsOf } from "./clients.ts";
import { MemoryDynamoDb } from "./memory-dynamodb.ts";
import { toSdkError } from "./sdk-error.ts";

/** What {@link memoryAws} takes. */
export interface MemoryAwsOptions {
  /** @default eu-central-1 */
  readonly region?: string;
  /** Twelve digits. @default 123456789012 */
  readonly accountId?: string;
  /** Milliseconds since the epoch. @default the machine's clock */
  readonly now?: () => number;
  /** Returns numbers in [0, 1). The sequence must not repeat: ids are drawn from it. @default `Math.random` */
  readonly random?: () => number;
  /** Wraps each delivery from a topic to a queue. */
  readonly wrapDelivery?: NonNullable<EngineOptions["wrapDelivery"]>;
}

/** SNS, SQS, S3 and DynamoDB in memory, with SDK clients for them. */
export interface MemoryAws {
  readonly context: CallContext;
  readonly engine: Engine;
  /** Makes and reads tables without SDK commands. */
  readonly dynamodb: MemoryDynamoDb;
  /** SDK clients that respond at once, without faults. */
  readonly clients: Clients;
  /** Performs a call and returns its output. @throws AwsError as the service would */
  perform(call: Pick<Call, "service" | "operation" | "input">): object;
}

/**
 * Creates SNS, SQS, S3 and DynamoDB in memory for tests: give `clients` to `createPublisher`, `consume` and your own code.
 * `ReceiveMessage` responds at once and ignores its wait time.
 */
export function memoryAws(options: MemoryAwsOptions = {}): MemoryAws {
  const { region = "eu-central-1", accountId = "123456789012", now = Date.now, random = Math.random } = options;
  const context = { region, accountId };
  const engine = new Engine({
    environment: { now, random },
    endpoint: () => `https://sqs.${region}.amazonaws.com`,
    ...(options.wrapDelivery === undefined ? {} : { wrapDelivery: options.wrapDelivery }),
  });
  const dynamodb = new MemoryDynamoDb(engine.dynamodb, context);
  const perform: MemoryAws["perform"] = (call) => performCall(engine, context, call);
  const clients = clientsOf(async (call) => {
    call.signal?.throwIfAborted();
    try {
      return perform(call);
    } catch (error) {
      throw toSdkError(call.service, error);
    }
  });
  return { context, engine, dynamodb, clients, perform };
}

function performCall(
  engine: Engine,
  context: CallContext,
  { service, operation, input }: Pick<Call, "service" | "operation" | "input">,
): object {
  switch (service) {
    case "sns":
      if (isOneOf<SnsOperation>(SNS_OPERATIONS, operation)) {
        return engine.sns.call(context, operation, input);
      }
      break;
    case "sqs":
      if (isOneOf<SqsOperation>(SQS_OPERATIONS, operation)) {
        return engine.sqs.call(context, operation, input as never);
      }
      break;
    case "s3":
      if (isOneOf<S3Operation>(S3_OPERATIONS, operation)) {
        return withBody(engine.s3.call(context, operation, withBytes(input) as never));
      }
      break;
    case "dynamodb":
      if (isOneOf<DynamoDbOperation>(DYNAMODB_OPERATIONS, operation)) {
        return engine.dynamodb.call(context, operation, input as never);
      }
  }
  throw new AwsError("UnsupportedOperation", `${service} in memory has no operation ${operation}`);
}

function isOneOf<Name extends string>(names: readonly Name[], name: string): name is Name {
  return names.some((known) => known === name);
}

/** The engine takes bytes; the SDK also takes strings. */
function withBytes(input: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (typeof input.Body === "string") {
    return { ...input, Body: Buffer.from(input.Body) };
  }
  if (input.Body === undefined || input.Body instanceof Uint8Array) {
    return input;
  }
  throw new AwsError("NotImplemented", "S3 in memory takes bodies that are strings or bytes, not streams");
}

function withBody(output: object): object {
  return "Body" in output && output.Body instanceof Uint8Array
    ? { ...output, Body: new MemoryBody(output.Body) }
    : output;
}
