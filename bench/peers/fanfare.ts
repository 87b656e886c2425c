import type { SQSClient } from "@aws-sdk/client-sqs";
import { type ConsumeOptions, consume, dynamoDbStore } from "fanfare";
import { contract } from "../support/contract.ts";
import type { Job, LambdaHandler } from "./job.ts";
import type { Store } from "./powertools.ts";

const nothing = () => {};
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** What differs from the defaults. */
export interface FanfareOptions {
  readonly store?: Store;
  readonly sqs?: SQSClient;
  /** Writes its lines; the others write none. */
  readonly logging?: boolean;
}

/** Fanfare as its page shows it, quiet unless logging is measured. */
export function fanfare({ handle }: Job, { store, sqs, logging = false }: FanfareOptions = {}): LambdaHandler {
  const one = async (data: object, { event }: { event: { id: string } }) => await handle(data, event.id);
  const options: ConsumeOptions<typeof contract> = {
    consumer: "fanfare",
    ...(logging ? {} : { logger: silent }),
    ...(store === undefined ? {} : { store: dynamoDbStore({ table: store.table, client: store.dynamodb }) }),
    ...(sqs === undefined ? { backoff: false } : { clients: { sqs } }),
  };
  return consume(contract, { OrderPlaced: one, WebhookReceived: one, DocumentWritten: one }, options);
}
