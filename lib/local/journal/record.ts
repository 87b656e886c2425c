import { describeError } from "../common/index.ts";
import type { CallContext, Engine, EngineSnapshot } from "../engine/index.ts";
import type { CallEnvironment, Circumstances } from "./call-environment.ts";
import { otherOutcome } from "./data-errors.ts";

export type ServiceName = "sqs" | "sns" | "s3" | "dynamodb";

/** A record of the journal. */
export type JournalRecord =
  /** The whole state; always the first record. */
  | { readonly kind: "snapshot"; readonly at: number; readonly engine: EngineSnapshot }
  /** Time passed, and random numbers were drawn: a message move task gave messages new ids. */
  | ({ readonly kind: "time" } & Circumstances)
  | ({
      readonly kind: "call";
      readonly service: ServiceName;
      readonly context: CallContext;
      readonly operation: string;
      readonly input: object;
      /** Whether the call was refused, after it had changed something. */
      readonly failed: boolean;
    } & Circumstances);

/** An engine's `call`, of which the operation is only known at run time. */
interface Target {
  call(context: CallContext, operation: string, input: object): object;
}

/**
 * Repeats what a record describes, an error included.
 *
 * @throws LocalError `DataInvalid` for a call that does not end as it did when it was recorded.
 */
export function replay(record: JournalRecord, engine: Engine, environment: CallEnvironment): void {
  switch (record.kind) {
    case "snapshot":
      environment.during({ ...environment.circumstances(), at: record.at }, () => engine.restore(record.engine));
      return;
    case "time":
      // Every look at the queues lets time pass in all of them, so the ARN does not matter.
      environment.during(record, () => engine.sqs.nextChangeAt(""));
      return;
    case "call":
      replayCall(record, engine, environment);
  }
}

function replayCall(
  record: Extract<JournalRecord, { kind: "call" }>,
  engine: Engine,
  environment: CallEnvironment,
): void {
  const { service, context, operation, input, failed } = record;
  let error: unknown;
  try {
    environment.during(record, () => (engine[service] as Target).call(context, operation, input));
  } catch (thrown) {
    error = thrown;
  }
  if ((error !== undefined) !== failed) {
    const now = failed ? "was refused and now succeeds" : `succeeded and now fails: ${describeError(error)}`;
    throw otherOutcome(`${service} ${operation} ${now}`, error);
  }
}
