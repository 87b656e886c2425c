import {
  BatchProcessor,
  EventType,
  FullBatchFailureError,
  processPartialResponse,
  SqsFifoPartialProcessorAsync,
} from "@aws-lambda-powertools/batch";
import { parser } from "@aws-lambda-powertools/batch/parser";
import { IdempotencyConfig, makeIdempotent } from "@aws-lambda-powertools/idempotency";
import { DynamoDBPersistenceLayer } from "@aws-lambda-powertools/idempotency/dynamodb";
import type { Context, SQSEvent, SQSRecord } from "aws-lambda";
import { z } from "zod";
import type { Clients } from "../harness/clients.ts";
import { type ConsumerSpec, envelope, type LambdaHandler, type Wrapper } from "../harness/index.ts";
import { plainDelivery, readRecord } from "./plain.ts";

const offered = "Powertools offers batch processing and idempotency:";

/**
 * Powertools for AWS Lambda: the batch processor with its parser, around a function that is made idempotent record by record.
 * So do its documentation's examples, except for the key: they take the SQS message id, here it is the event's source and id,
 * which a redelivery, a redrive and a second publication all keep.
 */
export const powertools: Wrapper = {
  name: "Powertools",
  packages: ["@aws-lambda-powertools/batch", "@aws-lambda-powertools/idempotency", "@aws-lambda-powertools/parser"],
  lacks: {
    concurrency: `${offered} all records at once or one after another, no number between`,
    recordTimeout: `${offered} no timeout of a record`,
    backoff: `${offered} no visibility changes`,
    deadLetter: `${offered} no dead-lettering`,
    payloads: `${offered} no payloads in S3`,
    compression: `${offered} no compressed bodies`,
    expiry: `${offered} no expiry of events`,
    guarantee: `${offered} no choice of guarantee`,
    commit: `${offered} no transaction of effect and completion`,
  },
  build(spec, clients, report): LambdaHandler {
    const process = spec.fifo ? fifo(spec, clients) : standard(spec, clients, report);
    return async (event, context) => {
      try {
        return await process(event, context);
      } catch (error) {
        if (error instanceof FullBatchFailureError) {
          report(error.recordErrors.map(String).join("; "));
        }
        throw error;
      }
    };
  },
};

type Process = (event: SQSEvent, context: Context) => Promise<unknown>;

function standard(spec: ConsumerSpec, clients: Clients, report: (text: string) => void): Process {
  const silent = { debug: () => {}, warn: () => {}, error: (...parts: unknown[]) => report(parts.join(" ")) };
  const processor = new BatchProcessor(EventType.SQS, {
    parser,
    innerSchema: envelope,
    transformer: "json",
    logger: silent,
  });
  const handle = async (record: ParsedRecord) => {
    await spec.handle(plainDelivery(record.body, record.messageId, clients.dynamodb));
  };
  const { wrapped, config } = idempotent(handle, spec, clients, "[body.source, body.id]");
  return async (event, context) => {
    config?.registerLambdaContext(context);
    // The parser has checked the record; the processor types it as it was before.
    const perRecord = (record: SQSRecord) => wrapped(parsed.parse(record));
    const answer = await processPartialResponse(event, perRecord, processor, { context });
    for (const error of processor.errors) {
      report(String(error));
    }
    return answer;
  };
}

const parsed = z.looseObject({ messageId: z.string(), body: envelope });
type ParsedRecord = z.infer<typeof parsed>;

/** Its FIFO processor takes no parser: the handler reads the body. */
function fifo(spec: ConsumerSpec, clients: Clients): Process {
  const processor = new SqsFifoPartialProcessorAsync();
  const handle = async (record: SQSRecord) => {
    await spec.handle(plainDelivery(readRecord(record), record.messageId, clients.dynamodb));
  };
  const { wrapped, config } = idempotent(handle, spec, clients, "powertools_json(body).[source, id]");
  return async (event, context) => {
    config?.registerLambdaContext(context);
    return await processPartialResponse(event, wrapped, processor, { context, skipGroupOnError: true });
  };
}

function idempotent<Item>(
  handle: (item: Item) => Promise<void>,
  spec: ConsumerSpec,
  clients: Clients,
  eventKeyJmesPath: string,
): { wrapped: (item: Item) => Promise<void>; config: IdempotencyConfig | undefined } {
  if (spec.table === undefined) {
    return { wrapped: handle, config: undefined };
  }
  const config = new IdempotencyConfig({ eventKeyJmesPath, throwOnNoIdempotencyKey: true });
  const persistenceStore = new DynamoDBPersistenceLayer({ tableName: spec.table, awsSdkV3Client: clients.dynamodb });
  return {
    wrapped: makeIdempotent(handle, { persistenceStore, config, keyPrefix: spec.consumer ?? "conformance" }),
    config,
  };
}
