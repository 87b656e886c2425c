import { isTransient } from "../../aws/index.ts";
import { type HttpRequest, type HttpResponse, type LeanClient, leanClient } from "../../aws/lean/index.ts";
import type { Clock } from "../../clock/index.ts";
import type { Call, Carrier } from "./call.ts";
import { SdkError } from "./sdk-error.ts";

/** What consumers call with Fanfare's own client. */
const OPERATIONS: ReadonlySet<string> = new Set([
  "BatchExecuteStatement",
  "BatchGetItem",
  "TransactWriteItems",
  "GetItem",
  "PutItem",
  "ChangeMessageVisibilityBatch",
  "DeleteMessageBatch",
  "SendMessageBatch",
]);

const TARGETS = { dynamodb: "DynamoDB_20120810", sqs: "AmazonSQS" } as const;

type LeanService = keyof typeof TARGETS;

/**
 * Carries calls by Fanfare's own client, with its signatures, retries, pauses and errors; of HTTP only the connection is missing.
 *
 * @param attempt carries one try
 * @param others carries the calls that are the SDK's in any case
 */
export function leanCarrier(attempt: Carrier, others: Carrier, clock: Clock): Carrier {
  const clients = { dynamodb: clientOf("dynamodb", attempt, clock), sqs: clientOf("sqs", attempt, clock) };
  return async (call) => {
    const { service, operation, input, signal } = call;
    if (!(service === "dynamodb" || service === "sqs") || !OPERATIONS.has(operation)) {
      return await others(call);
    }
    return await clients[service].send(operation, input, { abortSignal: signal ?? new AbortController().signal });
  };
}

function clientOf(service: LeanService, attempt: Carrier, clock: Clock): LeanClient {
  return leanClient({
    service,
    region: "eu-central-1",
    endpoint: `https://${service}.eu-central-1.amazonaws.com`,
    target: TARGETS[service],
    limits: { connectionTimeout: 1_000, requestTimeout: 3_000 },
    maxAttempts: 3,
    clock,
    isTransient,
    credentials: () => ({ accessKeyId: "test", secretAccessKey: "test" }),
    post: (request, _limits, signal) => responseTo(service, request, signal, attempt),
  });
}

async function responseTo(
  service: LeanService,
  { headers, body }: HttpRequest,
  signal: AbortSignal,
  attempt: Carrier,
): Promise<HttpResponse> {
  const operation = String(headers["x-amz-target"]).replace(/^.*\./, "");
  const input: Call["input"] = JSON.parse(body.toString(), bytesFrom);
  try {
    return response(200, await attempt({ service, operation, input, signal }));
  } catch (error) {
    if (!(error instanceof SdkError) || error.$metadata.httpStatusCode === undefined) {
      throw error;
    }
    const { name: __type, message, CancellationReasons, Item } = error;
    return response(error.$metadata.httpStatusCode, { __type, message, CancellationReasons, Item });
  }
}

function response(statusCode: number, content: object): HttpResponse {
  return { statusCode, headers: {}, body: Buffer.from(JSON.stringify(content, base64Of)) };
}

/** Bytes are base64 in JSON. A buffer comes as the object that its own `toJSON` makes. */
function base64Of(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const raw = this[key];
  return raw instanceof Uint8Array ? Buffer.from(raw).toString("base64") : value;
}

function bytesFrom(key: string, value: unknown): unknown {
  return (key === "BinaryValue" || key === "B") && typeof value === "string"
    ? new Uint8Array(Buffer.from(value, "base64"))
    : value;
}
