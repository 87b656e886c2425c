import type {
  AttributeValue,
  BatchExecuteStatementCommandInput,
  BatchGetItemCommandInput,
  BatchStatementError,
  BatchStatementResponse,
  GetItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import { AwsError } from "../../local/engine/index.ts";
import { validation } from "./errors.ts";
import { type Item, sameValue } from "./item.ts";
import { readStatement, type Statement } from "./partiql.ts";
import { Table, type WriteListener } from "./table.ts";
import { Transactions } from "./transactions.ts";
import { applyWrite, type Write } from "./write.ts";

/** Statements of one `BatchExecuteStatement`, keys of one `BatchGetItem`. Source: their API References. */
const LIMITS = { statements: 25, keys: 100 };

/** Operations that {@link MemoryDynamoDb} supports. */
export type DynamoDbOperation =
  | "BatchExecuteStatement"
  | "BatchGetItem"
  | "DeleteItem"
  | "GetItem"
  | "PutItem"
  | "TransactWriteItems"
  | "UpdateItem";

/**
 * As much of Amazon DynamoDB as idempotency, circuits and `ctx.commit` need, with DynamoDB's own semantics where callers can
 * notice them: conditions, a result for each PartiQL statement, refusal of two statements on one item, transactions with their
 * client request tokens, items past their time to live that are still there. A pure state machine: no I/O, no timers.
 */
export class MemoryDynamoDb {
  readonly #tables = new Map<string, Table>();
  readonly #transactions: Transactions;
  readonly #listeners = new Set<WriteListener>();

  /** @param now milliseconds since the epoch: client request tokens expire after 10 minutes */
  constructor(now: () => number) {
    this.#transactions = new Transactions(now, (name) => this.#table(name));
  }

  /** Creates a table with a partition key of type S. */
  createTable(name: string, keyName = "id"): void {
    const tell: WriteListener = (...write) => {
      for (const listener of this.#listeners) {
        listener(...write);
      }
    };
    this.#tables.set(name, new Table(name, keyName, tell));
  }

  /** The items of a table by key. @throws AwsError `ResourceNotFoundException` */
  items(table: string): ReadonlyMap<string, Item> {
    return this.#table(table).items;
  }

  /** Calls the listener after every write from now on. */
  onWrite(listener: WriteListener): void {
    this.#listeners.add(listener);
  }

  /** @throws AwsError as the service would */
  call(operation: DynamoDbOperation, input: unknown): object {
    switch (operation) {
      case "GetItem":
        return this.#get(input as GetItemCommandInput);
      case "BatchGetItem":
        return this.#batchGet(input as BatchGetItemCommandInput);
      case "PutItem":
        return this.#write({ Put: input } as Write);
      case "UpdateItem":
        return this.#write({ Update: input } as Write);
      case "DeleteItem":
        return this.#write({ Delete: input } as Write);
      case "BatchExecuteStatement":
        return this.#statements(input as BatchExecuteStatementCommandInput);
      case "TransactWriteItems":
        return this.#transactions.run(input);
      default:
        throw new AwsError("UnknownOperationException", `the tables in memory have no operation ${String(operation)}`);
    }
  }

  #get(input: GetItemCommandInput): object {
    const table = this.#table(input.TableName);
    const item = table.get(table.keyOf(input.Key));
    return item === undefined ? {} : { Item: { ...item } };
  }

  #batchGet(input: BatchGetItemCommandInput): object {
    const Responses: Record<string, Item[]> = {};
    let count = 0;
    for (const [name, request] of Object.entries(input.RequestItems ?? {})) {
      const table = this.#table(name);
      const keys = (request.Keys ?? []).map((key) => table.keyOf(key));
      if (new Set(keys).size < keys.length) {
        throw validation("Provided list of item keys contains duplicates");
      }
      count += keys.length;
      Responses[name] = keys.flatMap((key) => {
        const item = table.get(key);
        return item === undefined ? [] : [{ ...item }];
      });
    }
    if (count === 0 || count > LIMITS.keys) {
      throw validation(`Too many items requested for the BatchGetItem call: ${count}`);
    }
    return { Responses, UnprocessedKeys: {} };
  }

  #write(write: Write): object {
    applyWrite(write, (name) => this.#table(name));
    return {};
  }

  #statements(input: BatchExecuteStatementCommandInput): object {
    const statements = (input.Statements ?? []).map((entry) =>
      readStatement(entry.Statement ?? "", entry.Parameters ?? []),
    );
    if (statements.length === 0 || statements.length > LIMITS.statements) {
      throw validation(`Member must have length between 1 and ${LIMITS.statements}: ${statements.length} statements`);
    }
    const targets = statements.map((statement) => {
      const table = this.#table(statement.table);
      return `${statement.table}/${table.keyOf(statement.kind === "insert" ? statement.item : statement.where)}`;
    });
    if (new Set(targets).size < targets.length) {
      throw validation("Transaction request cannot include multiple operations on one item");
    }
    return { Responses: statements.map((statement) => this.#statement(statement)) };
  }

  #statement(statement: Statement): BatchStatementResponse {
    const table = this.#table(statement.table);
    if (statement.kind === "insert") {
      if (table.get(table.keyOf(statement.item)) !== undefined) {
        return failed("DuplicateItem", "Duplicate primary key exists in table", statement.table);
      }
      table.put(statement.item);
      return { TableName: statement.table };
    }
    const key = table.keyOf(statement.where);
    const item = table.get(key);
    if (!holds(item, statement.where)) {
      return failed("ConditionalCheckFailed", "The conditional request failed", statement.table);
    }
    if (statement.kind === "delete") {
      table.delete(key);
    } else {
      table.put({ ...item, ...statement.set });
    }
    return { TableName: statement.table };
  }

  #table(name: string | undefined): Table {
    const table = this.#tables.get(name ?? "");
    if (table === undefined) {
      throw new AwsError("ResourceNotFoundException", `Requested resource not found: table ${name ?? ""}`);
    }
    return table;
  }
}

function holds(item: Item | undefined, where: Item): boolean {
  return (
    item !== undefined &&
    Object.entries(where).every(([name, value]) => {
      const stored: AttributeValue | undefined = item[name];
      return stored !== undefined && sameValue(stored, value);
    })
  );
}

function failed(Code: BatchStatementError["Code"], Message: string, TableName: string): BatchStatementResponse {
  return { Error: { Code, Message }, TableName };
}
