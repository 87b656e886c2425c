import { LocalError } from "../common/index.ts";
import { AwsError, type CallContext, type Engine } from "../engine/index.ts";
import type { CallEnvironment } from "./call-environment.ts";
import { type ByteStore, fromJson, toJson } from "./value.ts";

export type ServiceName = "sqs" | "sns" | "s3";

/** One thing that happened to an engine. */
export type JournalRecord =
  /** The server listens there from now on: queue URLs and links in notifications begin with it. */
  | { readonly kind: "endpoint"; readonly url: string }
  /** Time passed, and something in a queue came of it by chance: a move task gave messages new ids. */
  | { readonly kind: "time"; readonly at: number; readonly seed: string }
  | {
      readonly kind: "call";
      readonly service: ServiceName;
      readonly operation: string;
      readonly context: CallContext;
      readonly at: number;
      readonly seed: string;
      readonly input: object;
    };

/** The text of a record. Large bytes in it go to the store. */
export function writeRecord(record: JournalRecord, store: ByteStore): string {
  if (record.kind !== "call") {
    return JSON.stringify(record);
  }
  const { service, operation, context, at, seed, input } = record;
  return JSON.stringify([service, operation, context.region, context.accountId, at, seed, toJson(input, store)]);
}

/** @throws LocalError `DataInvalid` for a text that {@link writeRecord} does not write. */
export function readRecord(text: string, store: ByteStore): JournalRecord {
  const value: unknown = JSON.parse(text);
  if (Array.isArray(value)) {
    const [service, operation, region, accountId, at, seed, content] = value;
    const input = fromJson(content, store);
    if (isServiceName(service) && typeof input === "object" && input !== null) {
      const context = { region: String(region), accountId: String(accountId) };
      return {
        kind: "call",
        service,
        operation: String(operation),
        context,
        at: Number(at),
        seed: String(seed),
        input,
      };
    }
  } else if (isObject(value) && value.kind === "endpoint") {
    return { kind: "endpoint", url: String(value.url) };
  } else if (isObject(value) && value.kind === "time") {
    return { kind: "time", at: Number(value.at), seed: String(value.seed) };
  }
  throw new LocalError("DataInvalid", `the journal has a record of no known kind: ${text.slice(0, 100)}`, {
    remedy: "it may be of another version of Fanfare: remove the data folder to start without it",
  });
}

/** An engine's `call`, of which the operation is only known at run time. */
interface Target {
  call(context: CallContext, operation: string, input: object): object;
}

/** Does once more what a record says. */
export function replay(record: JournalRecord, engine: Engine, environment: CallEnvironment): void {
  if (record.kind === "endpoint") {
    return;
  }
  environment.during(record, () => {
    if (record.kind === "time") {
      // Any look at the queues lets the time pass; this one looks at none in particular.
      engine.sqs.nextChangeAt("");
      return;
    }
    try {
      (engine[record.service] as Target).call(record.context, record.operation, record.input);
    } catch (error) {
      // It was refused the first time, too: what it did before that counts.
      if (!(error instanceof AwsError)) {
        throw error;
      }
    }
  });
}

function isServiceName(value: unknown): value is ServiceName {
  return value === "sqs" || value === "sns" || value === "s3";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
