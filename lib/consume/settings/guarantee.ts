import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Clock } from "../../clock/index.ts";
import { numberInRange } from "../../errors/index.ts";
import { type DynamoDbStoreOptions, dynamoDbStore, type IdempotencyStore } from "../../idempotency/index.ts";
import { ENVIRONMENT } from "../../names/index.ts";
import type { Guarantee } from "../handle/index.ts";
import { configurationInvalid, type DeadLetterQueue, leftOut } from "../record/index.ts";

/** What is chosen of guarantee and store. */
export interface GuaranteeOptions {
  readonly guarantee?: Guarantee;
  readonly store?: IdempotencyStore;
  readonly claim?: "before-handler" | "with-commit";
  readonly idempotencyKey?: unknown;
  readonly idConflict?: "ignore" | "warn" | "dead-letter";
  readonly clients?: { readonly dynamodb?: DynamoDBClient };
}

const CLAIMS = ["before-handler", "with-commit"] as const;
const ID_CONFLICTS = ["ignore", "warn", "dead-letter"] as const;
const GUARANTEES: readonly Guarantee[] = ["at-most-once", "at-least-once", "exactly-once"];

/** The guarantee of a consumer, by option, variable or store. @throws FanfareError `ConfigurationInvalid` */
export function guaranteeOf(options: GuaranteeOptions): Guarantee {
  const variable = process.env[ENVIRONMENT.guarantee];
  const wanted: string | undefined = options.guarantee ?? (variable === "" ? undefined : variable);
  if (wanted === undefined) {
    return hasStore(options) ? "exactly-once" : "at-least-once";
  }
  const guarantee = GUARANTEES.find((each) => each === wanted);
  if (guarantee !== undefined) {
    return guarantee;
  }
  throw configurationInvalid(
    options.guarantee === undefined ? ENVIRONMENT.guarantee : "guarantee",
    `the guarantee is "${wanted}"`,
    `choose one of ${GUARANTEES.join(", ")}`,
  );
}

function hasStore(options: GuaranteeOptions): boolean {
  return options.store !== undefined || !!process.env[ENVIRONMENT.idempotencyTable];
}

/** The store of a consumer whose guarantee needs one. @throws FanfareError `ConfigurationInvalid` */
export function storeFor(
  options: GuaranteeOptions,
  guarantee: Guarantee,
  ways: Pick<DynamoDbStoreOptions, "awsClient" | "logger"> & { readonly clock: Clock },
): IdempotencyStore | undefined {
  if (guarantee === "at-least-once") {
    return undefined;
  }
  if (options.store !== undefined) {
    return options.store;
  }
  const table = process.env[ENVIRONMENT.idempotencyTable];
  if (!table) {
    throw configurationInvalid(
      "guarantee",
      `${guarantee} needs an idempotency store, and ${ENVIRONMENT.idempotencyTable} is not set`,
      "let the constructs attach the handler (they make the table and set the variable), give the store option, or choose at-least-once",
    );
  }
  if (process.env.FANFARE_WITHOUT_IDEMPOTENCY !== "1") {
    const retention = process.env[ENVIRONMENT.idempotencyRetention];
    return dynamoDbStore({
      table,
      ...ways,
      retentionSeconds: retention
        ? numberInRange(ENVIRONMENT.idempotencyRetention, Number(retention), 1, 10 * 365 * 86_400)
        : undefined,
      client: options.clients?.dynamodb,
    });
  }
  throw leftOut(ENVIRONMENT.idempotencyTable, "idempotency");
}

/** What at-most-once has started and not seen the end of must be kept somewhere. @throws FanfareError `ConfigurationInvalid` */
export function checkAtMostOnce(
  guarantee: Guarantee,
  store: IdempotencyStore | undefined,
  deadLetterQueues: ReadonlyMap<string, DeadLetterQueue>,
): void {
  if (guarantee !== "at-most-once") {
    return;
  }
  if (deadLetterQueues.size === 0) {
    throw configurationInvalid(
      "deadLetterQueues",
      "at-most-once needs a dead-letter queue: an event that was started and failed is never started again, and would be lost",
      `give the deadLetterQueues option, or let the constructs attach the handler (they set ${ENVIRONMENT.deadLetterQueues})`,
    );
  }
  if (store?.start === undefined) {
    throw configurationInvalid(
      "store",
      "at-most-once needs a store that records starts, and this one has no start()",
      "implement start() of IdempotencyStore, or use dynamoDbStore()",
    );
  }
}

/** What becomes of other data under the id of a handled event. @throws FanfareError `ConfigurationInvalid` */
export function idConflictFrom({
  idempotencyKey,
  idConflict = idempotencyKey === undefined ? "warn" : "ignore",
}: Pick<GuaranteeOptions, "idempotencyKey" | "idConflict">): "ignore" | "warn" | "dead-letter" {
  return oneOf("idConflict", idConflict, ID_CONFLICTS);
}

/** When events are claimed. @throws FanfareError `ConfigurationInvalid` */
export function claimFrom(
  { claim = "before-handler" }: GuaranteeOptions,
  guarantee: Guarantee,
  store: IdempotencyStore | undefined,
): "before-handler" | "with-commit" {
  if (oneOf("claim", claim, CLAIMS) === "before-handler") {
    return claim;
  }
  if (guarantee !== "exactly-once" || store?.commitUnclaimed === undefined) {
    throw configurationInvalid(
      "claim",
      'claim is "with-commit", which needs the guarantee exactly-once and a store with transactions',
      "use dynamoDbStore(), or leave claim out",
    );
  }
  return claim;
}

function oneOf<Choice extends string>(field: string, given: Choice, choices: readonly Choice[]): Choice {
  if (choices.includes(given)) {
    return given;
  }
  throw configurationInvalid(field, `${field} is "${given}"`, `choose one of ${choices.join(", ")}`);
}
