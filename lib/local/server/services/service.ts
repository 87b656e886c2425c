import type { IncomingMessage } from "node:http";
import type { AwsError, CallContext, DynamoDbEngine, S3Engine, SnsEngine, SqsEngine } from "../../engine/index.ts";

/** One request as the services see it: still unread, but with its caller known. */
export interface ServiceRequest {
  readonly id: string;
  readonly method: string;
  /** The path as it came, still percent-encoded: S3 keys may hold what a URL parser would fold away. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly incoming: IncomingMessage;
  readonly context: CallContext;
  /** Whether the request identifies its caller, region and account; if not, `context` is a default. */
  readonly isSigned: boolean;
  /** The scheme and host by which the client reached the server; addresses in responses start with it. */
  readonly origin: string;
  /** A signal that aborts when the client has gone. Made on demand: only receives wait. */
  readonly gone: () => AbortSignal;
  /** Set by the service as soon as it knows, for the log. */
  operation?: string;
}

export interface ServiceReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

/** An AWS API behind the server: how it handles requests, and the form of its errors. */
export interface Service {
  /** The signing name, for example `sqs`. */
  readonly name: string;
  /** @throws AwsError what the client did wrong; `BodyTooLarge`, `BodyIncomplete` while reading. */
  handle(request: ServiceRequest): Promise<ServiceReply>;
  fail(error: AwsError, request: ServiceRequest): ServiceReply;
}

/** What is served: an engine in memory, or one whose state is on disk. */
export interface ServedEngine {
  readonly sqs: Pick<SqsEngine, "call" | "nextChangeAt" | "onChange" | "resolveQueueUrl">;
  readonly sns: Pick<SnsEngine, "call">;
  readonly s3: Pick<S3Engine, "call">;
  readonly dynamodb: Pick<DynamoDbEngine, "call">;
}

/** What services need from the server. */
export interface ServiceHost {
  readonly engine: ServedEngine;
  /** Aborts when the server closes, so that waiting requests end. */
  readonly closing: AbortSignal;
  /** Milliseconds since the epoch, by the clock that the engine uses. */
  now(): number;
  /** Calls `listener` whenever that clock is moved forward. @returns ends it */
  onAdvance(listener: () => void): () => void;
}

/** One header as a string. Repeated headers are joined with commas. */
export function headerOf(incoming: IncomingMessage, name: string): string | undefined {
  const value = incoming.headers[name];
  return Array.isArray(value) ? value.join(",") : value;
}

/**
 * An engine as the server sees it. Its `call` is generic over the operations; here the operation is only known at run
 * time, and the input was decoded by the schema from which the operation's input type is generated.
 */
export interface OperationTarget {
  call(context: CallContext, operation: string, input: object): object;
}
