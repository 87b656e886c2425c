import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { type ConsumeOptions, consume, dynamoDbStore, type HandlerContext } from "fanfare";
import { PRICES, WRITES } from "../../lib/plan/index.ts";
import type { Benchmark, CaseResult, Contender } from "../harness/index.ts";
import { interleave, medianOf } from "../harness/index.ts";
import type { LambdaHandler } from "../peers/job.ts";
import { powertoolsBatch } from "../peers/powertools.ts";
import { callsOf } from "../support/call-counter.ts";
import { asOnLambda } from "../support/clients.ts";
import { lambdaContext } from "../support/context.ts";
import { contract } from "../support/contract.ts";
import { READ_UNIT } from "../support/prices.ts";
import { smallOrders, sqsEvent } from "../support/records.ts";
import { Services } from "../support/services.ts";

const RECORDS = 10;
const INVOCATIONS = 20;
const EVENTS = RECORDS * INVOCATIONS;
const PEER = "Powertools batch + idempotency";

/** The guarantees by their row, with the name under which `fanfare plan` knows them. */
const GUARANTEES = {
  "Fanfare, at-least-once": "at-least-once",
  "Fanfare, at-most-once": "at-most-once",
  "Fanfare, exactly-once": "exactly-once",
  "Fanfare, commit": "commit",
  "Fanfare, commit with the claim": "claim-with-commit",
} as const satisfies Readonly<Record<string, keyof typeof WRITES>>;

type Row = keyof typeof GUARANTEES;

const nothing = () => {};
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** What DynamoDB charges for one event. */
export const cost: Benchmark = {
  name: "cost",
  async run({ progress }) {
    const services = await Services.start();
    asOnLambda(services.addresses);
    const { dynamodb, table } = services;
    const effect = (id: string) => ({ TableName: table, Item: { id: { S: `effect#${id}` } } });
    const put = (id: string) => dynamodb.send(new PutItemCommand(effect(id)));
    const options: Readonly<Record<Row, ConsumeOptions<typeof contract>>> = {
      "Fanfare, at-least-once": { guarantee: "at-least-once" },
      "Fanfare, at-most-once": {
        guarantee: "at-most-once",
        deadLetterQueues: { [sqsEvent(1, smallOrders).Records[0]?.eventSourceARN ?? ""]: { url: "https://sqs/dlq" } },
      },
      "Fanfare, exactly-once": { guarantee: "exactly-once" },
      "Fanfare, commit": { guarantee: "exactly-once" },
      "Fanfare, commit with the claim": { guarantee: "exactly-once", claim: "with-commit" },
    };
    const fanfare = (row: Row): LambdaHandler => {
      const commits = row.includes("commit");
      const one = async (_: object, { event, commit }: HandlerContext): Promise<void> => {
        await (commits ? commit([{ Put: effect(event.id) }]) : put(event.id));
      };
      return consume(
        contract,
        { OrderPlaced: one, WebhookReceived: one, DocumentWritten: one },
        { consumer: row, store: dynamoDbStore({ table }), logger: silent, ...options[row] },
      );
    };
    const handle = async (_: object, id: string): Promise<void> => {
      await put(id);
    };
    try {
      progress("per event");
      const contenders = [
        contender(PEER, powertoolsBatch({ handle }, services), services),
        ...rows().map((row) => contender(row, fanfare(row), services)),
      ];
      const result: CaseResult = {
        name: "an event, and one item that its handler writes",
        baseline: PEER,
        ratioOf: "dollarsPerMillion",
        contenders: await interleave(contenders, { rounds: 1, warmUps: 0 }),
      };
      return {
        name: this.name,
        title: "Cost of an event in DynamoDB",
        method: `${INVOCATIONS} invocations with ${RECORDS} new records each. Write units are the capacity that the local DynamoDB engine reports as consumed: one per write of up to 1 KB, two in a transaction. Each handler writes one item, with commit in the transaction of the completion, otherwise in a separate PutItem. Prices: ${PRICES.tableWrites.usd} USD per million write units, on demand, us-east-1.`,
        cases: [result],
        targets: rows().map((row) => ({
          name: `${row}: write units that fanfare plan does not count`,
          bound: "at most" as const,
          limit: 0,
          value: medianOf(result, row, "writeUnits") - WRITES[GUARANTEES[row]] - (row.includes("commit") ? 2 : 1),
          unit: "",
        })),
      };
    } finally {
      await services.stop();
    }
  },
};

function rows(): readonly Row[] {
  return Object.keys(GUARANTEES) as Row[];
}

function contender(name: string, handler: LambdaHandler, services: Services): Contender {
  return {
    name,
    sample: async () => {
      await services.calls();
      for (let invocation = 0; invocation < INVOCATIONS; invocation++) {
        const response = JSON.stringify(await handler(sqsEvent(RECORDS, smallOrders), lambdaContext()));
        if (response !== '{"batchItemFailures":[]}') {
          throw new Error(`${name} failed: ${response}`);
        }
      }
      const calls = await services.calls();
      const [writes, reads] = [calls["Capacity.write"] ?? 0, calls["Capacity.read"] ?? 0];
      const dollars = (writes * PRICES.tableWrites.usd) / 1_000_000 + reads * READ_UNIT;
      return {
        storeCallsPer1000: (callsOf(calls, "DynamoDB") / EVENTS) * 1_000,
        writeUnits: writes / EVENTS,
        readUnits: reads / EVENTS,
        dollarsPerMillion: (dollars / EVENTS) * 1_000_000,
      };
    },
  };
}
