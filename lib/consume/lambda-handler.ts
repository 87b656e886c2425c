import { FanfareError } from "../errors/index.ts";
import type { Invocation } from "./invocation.ts";
import type { InvocationContext, SqsConsumer, SqsEvent, SqsHandler } from "./lambda-types.ts";
import type { ConsumerSettings } from "./options.ts";
import type { Processor } from "./process.ts";

/** Milliseconds kept at the end of an invocation for completing, setting visibility and reporting. */
const RESERVE_MS = 1_000;

/** The longest that a Lambda invocation can take. Source: Lambda Developer Guide, "Lambda quotas". */
const MAX_INVOCATION_MS = 900_000;

/** Wraps a processor as a Lambda handler with partial batch responses. */
export function lambdaHandler(settings: ConsumerSettings, processor: Processor): SqsConsumer {
  const handler: SqsHandler = async (event, context) => {
    const processed = await processor(recordsOf(event), invocationOf(settings, context));
    return {
      batchItemFailures: processed
        .filter(({ fate }) => fate.kind === "retry")
        // An empty id, of a record without one, has Lambda return the whole batch: nothing is lost.
        .map(({ record }) => ({ itemIdentifier: typeof record?.messageId === "string" ? record.messageId : "" })),
    };
  };
  return Object.assign(handler, {
    preload: async () => {
      await Promise.all([settings.store?.preload?.(), settings.payloads?.preload?.()]);
    },
  });
}

function recordsOf(event: SqsEvent): SqsEvent["Records"] {
  if (typeof event === "object" && event !== null && Array.isArray(event.Records)) return event.Records;
  throw new FanfareError("ConfigurationInvalid", "the function was invoked with something that is not an SQS event", {
    field: "event.Records",
    remedy: "connect it to a queue by an event source mapping; to try it by hand, invoke it with { Records: [...] }",
  });
}

function invocationOf(settings: ConsumerSettings, context: InvocationContext): Invocation {
  const now = settings.clock.now();
  const left = remaining(context);
  return {
    id: context?.awsRequestId ?? "local",
    functionName: context?.functionName ?? "local",
    deadline: now + left - (settings.reserveMs ?? Math.min(RESERVE_MS, left / 10)),
    endsAt: now + left,
  };
}

/** Tests by hand often give no context. */
function remaining(context: InvocationContext | undefined): number {
  return typeof context?.getRemainingTimeInMillis === "function"
    ? context.getRemainingTimeInMillis()
    : MAX_INVOCATION_MS;
}
