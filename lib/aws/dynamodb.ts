import type {
  BatchExecuteStatementCommandInput,
  BatchExecuteStatementCommandOutput,
  BatchGetItemCommandInput,
  BatchGetItemCommandOutput,
  DynamoDBClient,
  GetItemCommandInput,
  GetItemCommandOutput,
  PutItemCommandInput,
  PutItemCommandOutput,
  TransactWriteItemsCommandInput,
  TransactWriteItemsCommandOutput,
} from "@aws-sdk/client-dynamodb";
import { callsOf } from "./call.ts";
import { chosenClient } from "./choice.ts";
import type * as sdkModule from "./dynamodb.sdk.ts";
import { loadLean } from "./lean-loader.ts";
import { type Loaded, type LoaderOptions, loader, once } from "./loader.ts";
import { leanOperation, type Operation } from "./operation.ts";
import { TABLE } from "./timeouts.ts";
import { isTransient } from "./transient.ts";

/** What Fanfare asks of DynamoDB: the operations of its stores. */
export interface DynamoDb {
  readonly batchExecuteStatement: Operation<BatchExecuteStatementCommandInput, BatchExecuteStatementCommandOutput>;
  readonly batchGetItem: Operation<BatchGetItemCommandInput, BatchGetItemCommandOutput>;
  readonly transactWriteItems: Operation<TransactWriteItemsCommandInput, TransactWriteItemsCommandOutput>;
  readonly getItem: Operation<GetItemCommandInput, GetItemCommandOutput>;
  readonly putItem: Operation<PutItemCommandInput, PutItemCommandOutput>;
}

/** Loads the way to DynamoDB at the first call, and returns the same one from then on. */
export type DynamoDbLoader = () => Promise<DynamoDb>;

/** Tries of a call, as the SDK makes for DynamoDB. */
const MAX_ATTEMPTS = 4;

/** @param region the table's Region; the environment's where it is `undefined` */
export function dynamoDbLoader(options: LoaderOptions<DynamoDBClient>, region?: string): DynamoDbLoader {
  const loadSdk = loader(
    () => import("@aws-sdk/client-dynamodb"),
    options,
    ({ DynamoDBClient }) => new DynamoDBClient({ requestHandler: TABLE, ...(region ? { region } : {}) }),
  );
  return once(async () =>
    chosenClient("dynamodb", region, options) === "lean"
      ? await leanDynamoDb(options, region)
      : sdkDynamoDb(await loadSdk()),
  );
}

function sdkDynamoDb({ sdk, call }: Loaded<typeof sdkModule, DynamoDBClient>): DynamoDb {
  return {
    batchExecuteStatement: (input, limits) =>
      call((client, options) => client.send(new sdk.BatchExecuteStatementCommand(input), options), limits),
    batchGetItem: (input, limits) =>
      call((client, options) => client.send(new sdk.BatchGetItemCommand(input), options), limits),
    transactWriteItems: (input, limits) =>
      call((client, options) => client.send(new sdk.TransactWriteItemsCommand(input), options), limits),
    getItem: (input, limits) => call((client, options) => client.send(new sdk.GetItemCommand(input), options), limits),
    putItem: (input, limits) => call((client, options) => client.send(new sdk.PutItemCommand(input), options), limits),
  };
}

async function leanDynamoDb({ clock }: LoaderOptions<DynamoDBClient>, region: string | undefined): Promise<DynamoDb> {
  const client = await loadLean("dynamodb", {
    region,
    target: "DynamoDB_20120810",
    limits: TABLE,
    maxAttempts: MAX_ATTEMPTS,
    clock,
    isTransient,
  });
  const call = callsOf(client, clock);
  return {
    batchExecuteStatement: leanOperation(call, "BatchExecuteStatement"),
    batchGetItem: leanOperation(call, "BatchGetItem"),
    transactWriteItems: leanOperation(call, "TransactWriteItems"),
    getItem: leanOperation(call, "GetItem"),
    putItem: leanOperation(call, "PutItem"),
  };
}

/** A table's name and, if it was given by its ARN, its Region. */
export interface TableAddress {
  readonly name: string;
  readonly region: string | undefined;
}

/** Reads the name or the ARN of a table. Names have no colon. */
export function tableAddress(table: string): TableAddress {
  const [, , , region, , resource] = table.split(":");
  return { name: resource?.replace(/^table\//, "") ?? table, region };
}
