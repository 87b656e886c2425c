import { AwsError, type CallContext, Dispatcher } from "../kernel/index.ts";
import * as items from "./items/index.ts";
import type { DynamoDbOperations } from "./operations.ts";
import * as partiql from "./partiql/index.ts";
import { type DynamoDbSnapshot, restoreSnapshot, takeSnapshot } from "./snapshot.ts";
import { type DynamoDbOptions, DynamoDbState, type ItemWrite } from "./state.ts";
import * as streams from "./streams/index.ts";
import * as tables from "./tables/index.ts";
import * as transactions from "./transactions/index.ts";
import type { Item } from "./values/index.ts";

const HANDLERS = {
  BatchExecuteStatement: partiql.batchExecuteStatement,
  BatchGetItem: items.batchGetItem,
  BatchWriteItem: items.batchWriteItem,
  CreateTable: tables.createTable,
  DeleteItem: items.deleteItem,
  DeleteTable: tables.deleteTable,
  DescribeContinuousBackups: tables.describeContinuousBackups,
  DescribeLimits: tables.describeLimits,
  DescribeStream: streams.describeStream,
  DescribeTable: tables.describeTable,
  DescribeTimeToLive: tables.describeTimeToLive,
  ExecuteStatement: partiql.executeStatement,
  ExecuteTransaction: partiql.executeTransaction,
  GetItem: items.getItem,
  GetRecords: streams.getRecords,
  GetShardIterator: streams.getShardIterator,
  ListStreams: streams.listStreams,
  ListTables: tables.listTables,
  ListTagsOfResource: tables.listTagsOfResource,
  PutItem: items.putItem,
  Query: items.query,
  Scan: items.scan,
  TagResource: tables.tagResource,
  TransactGetItems: transactions.transactGetItems,
  TransactWriteItems: transactions.transactWriteItems,
  UntagResource: tables.untagResource,
  UpdateContinuousBackups: tables.updateContinuousBackups,
  UpdateItem: items.updateItem,
  UpdateTable: tables.updateTable,
  UpdateTimeToLive: tables.updateTimeToLive,
};

const DISPATCHER = new Dispatcher<DynamoDbState, DynamoDbOperations, DynamoDbOperation>(
  HANDLERS,
  (names, given) =>
    new AwsError(
      "UnknownOperationException",
      `The local engine does not support the DynamoDB operation ${given}; it supports ${names.join(", ")}`,
    ),
);

export type DynamoDbOperation = keyof typeof HANDLERS;

/** The operations of DynamoDB and DynamoDB Streams that {@link DynamoDbEngine.call} supports. */
export const DYNAMODB_OPERATIONS = DISPATCHER.names;

/**
 * Amazon DynamoDB with its streams as a pure state machine: it acts when it is called, and only then. Every change is there at
 * once, in tables as in indexes; nothing is throttled. Time to live, stream records and client request tokens end by the
 * clock of the environment.
 */
export class DynamoDbEngine {
  readonly #state: DynamoDbState;

  constructor(options: DynamoDbOptions) {
    this.#state = new DynamoDbState(options);
  }

  /**
   * Performs one operation.
   *
   * @throws AwsError as the service does; `UnknownOperationException` for an operation that the engine does not support
   */
  call<O extends DynamoDbOperation>(
    context: CallContext,
    operation: O,
    input: DynamoDbOperations[O]["input"],
  ): DynamoDbOperations[O]["output"] {
    this.#state.letTimePass();
    return DISPATCHER.call(this.#state, context, operation, input);
  }

  /** Calls the listener after every write of an item from now on. Returns the function that ends this. */
  onWrite(listener: (write: ItemWrite) => void): () => void {
    this.#state.listeners.add(listener);
    return () => {
      this.#state.listeners.delete(listener);
    };
  }

  /** All items of a table in no particular order. @throws AwsError `ResourceNotFoundException` */
  items(context: CallContext, tableName: string): readonly Item[] {
    return [...this.#state.require(context, tableName).collection.all()].map(({ item }) => item);
  }

  /** The whole state as plain JSON. */
  snapshot(): DynamoDbSnapshot {
    return takeSnapshot(this.#state);
  }

  /** Replaces the whole state by that of a snapshot. */
  restore(snapshot: DynamoDbSnapshot): void {
    restoreSnapshot(this.#state, snapshot);
  }
}
