import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { attributeOf, type CallContext, type DynamoDbEngine } from "../../local/engine/index.ts";

/** An item in the SDK's form. */
export type Item = Readonly<Record<string, AttributeValue>>;

/** Called after each write with the table, the item's key, the new item and the one before; `undefined` for none. */
export type WriteListener = (table: string, key: string, item: Item | undefined, before: Item | undefined) => void;

/** Tables with a partition key of type S and no sort key: made and read by tests without SDK commands. */
export class MemoryDynamoDb {
  readonly #engine: DynamoDbEngine;
  readonly #context: CallContext;
  /** The name of the key by that of the table. */
  readonly #keys = new Map<string, string>();

  constructor(engine: DynamoDbEngine, context: CallContext) {
    this.#engine = engine;
    this.#context = context;
  }

  /** Creates a table with a partition key of type S. */
  createTable(name: string, keyName = "id"): void {
    this.#engine.call(this.#context, "CreateTable", {
      TableName: name,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: keyName, AttributeType: "S" }],
      KeySchema: [{ AttributeName: keyName, KeyType: "HASH" }],
    });
    this.#keys.set(name, keyName);
  }

  /** The item with a key. @throws AwsError `ResourceNotFoundException` */
  item(table: string, key: string): Item | undefined {
    const Key = { [this.#keys.get(table) ?? "id"]: { S: key } };
    return this.#engine.call(this.#context, "GetItem", { TableName: table, Key }).Item;
  }

  /** The items of a table by key. @throws AwsError `ResourceNotFoundException` */
  items(table: string): ReadonlyMap<string, Item> {
    return new Map(this.#engine.items(this.#context, table).map((item) => [this.#keyOf(table, item), item]));
  }

  /** Calls the listener after every write from now on. */
  onWrite(listener: WriteListener): void {
    this.#engine.onWrite(({ tableName, before, after }) => {
      listener(tableName, this.#keyOf(tableName, after ?? before), after, before);
    });
  }

  #keyOf(table: string, item: Item | undefined): string {
    return attributeOf(item, this.#keys.get(table) ?? "id")?.S ?? "";
  }
}
