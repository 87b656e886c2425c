import { describeError, LocalError } from "../common/index.ts";
import type { CallContext, Engine, EngineSnapshot } from "../engine/index.ts";
import type { CallEnvironment, Circumstances } from "./call-environment.ts";

export type ServiceName = "sqs" | "sns" | "s3";

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
      /** Whether the call threw. A call that throws may have changed something before. */
      readonly failed: boolean;
    } & Circumstances);

/** An engine's `call`, of which the operation is only known at run time. */
interface Target {
  call(context: CallContext, operation: string, input: object): object;
}

/**
 * Repeats what a record describes.
 *
 * @throws LocalError `DataInvalid` for a call that succeeded when it was recorded and fails now.
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
  try {
    environment.during(record, () => (engine[service] as Target).call(context, operation, input));
  } catch (error) {
    if (!failed) {
      throw new LocalError(
        "DataInvalid",
        `the journal has a successful ${service} ${operation}, which now fails: ${describeError(error)}`,
        {
          remedy: "start the version of Fanfare that wrote the data folder, or remove the folder to start without it",
          cause: error,
        },
      );
    }
  }
}
