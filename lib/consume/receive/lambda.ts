import type { Invocation, Settled, SqsRecord } from "../record/index.ts";
import type { Processor, ProcessorSettings } from "../schedule/index.ts";
import { LambdaMessages } from "../settle/index.ts";
import type { InvocationContext, SqsBatchResponse, SqsConsumer, SqsHandler } from "./lambda-types.ts";
import { recordsOf } from "./sqs-event.ts";

/** Milliseconds kept at the end of an invocation for completing, setting visibility and responding. */
const RESERVE_MS = 1_000;

/** The longest that a Lambda invocation can take. Source: Lambda Developer Guide, "Lambda quotas". */
const MAX_INVOCATION_MS = 900_000;

/** What the wrapper needs to know of the consumer. */
export interface LambdaSettings extends ProcessorSettings {
  readonly reserveMs: number | undefined;
}

/** Wraps a processor as a Lambda handler with partial batch responses. */
export function lambdaHandler(settings: LambdaSettings, processor: Processor): SqsConsumer {
  const { clock, loadSqs, logger, payloads, store } = settings;
  const handler: SqsHandler = async (event, context) => {
    const records = recordsOf(event);
    const invocation = invocationOf(settings, context);
    const settled = await processor(
      records,
      invocation,
      new LambdaMessages({ load: loadSqs, clock, logger, invocation }),
    );
    return responseFor(records, settled);
  };
  return Object.assign(handler, {
    contract: settings.contract,
    preload: async () => {
      await Promise.all([store?.preload?.(), payloads?.preload?.()]);
    },
  });
}

/** Reports the records to be redelivered, in their order: those with that outcome, and any without an outcome. */
function responseFor(records: readonly SqsRecord[], settled: readonly Settled[]): SqsBatchResponse {
  const acknowledged = new Set(
    settled.filter(({ outcome }) => outcome.kind !== "retry").map(({ delivery }) => delivery.record),
  );
  return {
    batchItemFailures: records
      .filter((record) => !acknowledged.has(record))
      // An empty id, of a record without one, has Lambda return the whole batch: nothing is lost.
      .map((record) => ({ itemIdentifier: typeof record?.messageId === "string" ? record.messageId : "" })),
  };
}

function invocationOf({ clock, reserveMs }: LambdaSettings, context: InvocationContext): Invocation {
  const now = clock.now();
  const remainingMs = remainingOf(context);
  return {
    id: context?.awsRequestId ?? "local",
    functionName: context?.functionName ?? "local",
    deadline: now + remainingMs - (reserveMs ?? Math.min(RESERVE_MS, remainingMs / 10)),
    endsAt: now + remainingMs,
  };
}

/** Tests by hand often give no context. */
function remainingOf(context: InvocationContext | undefined): number {
  return typeof context?.getRemainingTimeInMillis === "function"
    ? context.getRemainingTimeInMillis()
    : MAX_INVOCATION_MS;
}
