import { type ConsumeOptions, consume, dynamoDbStore, type IdempotencyStore, type Observer } from "fanfare";
import { contract } from "../support/contract.ts";
import type { Job, LambdaHandler } from "./job.ts";

const nothing = () => {};
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** What differs from the defaults. */
export interface FanfareOptions {
  /** The idempotency table. Its endpoint, and that of SQS, are in the environment, as in a function. */
  readonly table?: string;
  /** Instead of a table. */
  readonly store?: IdempotencyStore;
  /** Sets no visibility timeouts. */
  readonly backoff?: false;
  /** Told each step. */
  readonly observers?: readonly Observer[];
  /** Writes its lines; the others write none. */
  readonly logging?: boolean;
}

/** Fanfare as its page shows it, quiet unless logging is measured. */
export function fanfare(
  { handle }: Job,
  { table, store, backoff, observers = [], logging = false }: FanfareOptions = {},
): LambdaHandler {
  const one = async (data: object, { event }: { event: { id: string } }) => await handle(data, event.id);
  const options: ConsumeOptions<typeof contract> = {
    consumer: "fanfare",
    ...(logging ? {} : { logger: silent }),
    ...(table === undefined ? {} : { store: dynamoDbStore({ table }) }),
    ...(store === undefined ? {} : { store }),
    observers,
    ...(backoff === undefined ? {} : { backoff }),
  };
  return consume(contract, { OrderPlaced: one, WebhookReceived: one, DocumentWritten: one }, options);
}
