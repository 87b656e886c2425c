import type { Capacity, ConsumedCapacity, ReturnConsumedCapacity } from "@aws-sdk/client-dynamodb";
import { type KeySchema, keyOnly, type Table } from "../model/index.ts";
import { type Item, itemSize, sameItem } from "../values/index.ts";

/** Bytes of one unit. Source: Developer Guide, "DynamoDB read and write operations". */
const READ_UNIT_BYTES = 4096;
const WRITE_UNIT_BYTES = 1024;

export interface ReadMode {
  readonly consistent: boolean;
}

/** Read units for a number of bytes; half as many if the read is eventually consistent. */
export function readUnits(bytes: number, { consistent }: ReadMode): number {
  return Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES)) * (consistent ? 1 : 0.5);
}

function writeUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES));
}

/** The units of one table and its indexes, summed up. */
export class Consumption {
  readonly #table: Table;
  #own = 0;
  readonly #indexes = new Map<string, number>();

  constructor(table: Table) {
    this.#table = table;
  }

  addRead(units: number, indexName?: string): void {
    this.#add(units, indexName);
  }

  /** A write costs by the larger of the two items, and one write more for each index that it changes. */
  addWrite(before: Item | undefined, after: Item | undefined, factor = 1): void {
    this.#add(factor * writeUnits(Math.max(sizeOf(before), sizeOf(after))));
    for (const [name, index] of this.#table.indexes) {
      const [old, fresh] = [index.contentOf(before), index.contentOf(after)];
      const units = indexUnits(index.schema, old, fresh);
      if (units > 0) {
        this.#add(factor * units, name);
      }
    }
  }

  /** What a response says; undefined if the request did not ask. */
  report(
    wanted: ReturnConsumedCapacity | undefined,
    kind?: "ReadCapacityUnits" | "WriteCapacityUnits",
  ): ConsumedCapacity | undefined {
    if (wanted !== "TOTAL" && wanted !== "INDEXES") {
      return undefined;
    }
    const inUnits = (units: number): Capacity => ({
      CapacityUnits: units,
      ...(kind === undefined ? {} : { [kind]: units }),
    });
    const total = [...this.#indexes.values()].reduce((sum, units) => sum + units, this.#own);
    const indexesOf = (of: "global" | "local") =>
      Object.fromEntries(
        [...this.#indexes].flatMap(([name, units]) =>
          this.#table.indexes.get(name)?.definition.kind === of ? [[name, inUnits(units)]] : [],
        ),
      );
    const [global, local] = [indexesOf("global"), indexesOf("local")];
    return {
      TableName: this.#table.definition.name,
      ...inUnits(total),
      ...(wanted === "INDEXES"
        ? {
            Table: inUnits(this.#own),
            ...(Object.keys(global).length > 0 ? { GlobalSecondaryIndexes: global } : {}),
            ...(Object.keys(local).length > 0 ? { LocalSecondaryIndexes: local } : {}),
          }
        : {}),
    };
  }

  #add(units: number, indexName?: string): void {
    if (indexName === undefined) {
      this.#own += units;
    } else {
      this.#indexes.set(indexName, (this.#indexes.get(indexName) ?? 0) + units);
    }
  }
}

/** A new key is a deletion and an insertion; what the index does not hold costs nothing in it. */
function indexUnits(schema: KeySchema, before: Item | undefined, after: Item | undefined): number {
  if (before === undefined || after === undefined) {
    return before === after ? 0 : writeUnits(sizeOf(before ?? after));
  }
  if (sameItem(before, after)) {
    return 0;
  }
  return sameItem(keyOnly(schema, before), keyOnly(schema, after))
    ? writeUnits(Math.max(sizeOf(before), sizeOf(after)))
    : writeUnits(sizeOf(before)) + writeUnits(sizeOf(after));
}

function sizeOf(item: Item | undefined): number {
  return item === undefined ? 0 : itemSize(item);
}

/** Reads and writes of several tables. */
export class Consumptions {
  readonly #byTable = new Map<Table, Consumption>();

  of(table: Table): Consumption {
    let consumption = this.#byTable.get(table);
    if (consumption === undefined) {
      consumption = new Consumption(table);
      this.#byTable.set(table, consumption);
    }
    return consumption;
  }

  report(
    wanted: ReturnConsumedCapacity | undefined,
    kind?: "ReadCapacityUnits" | "WriteCapacityUnits",
  ): ConsumedCapacity[] | undefined {
    const reports = [...this.#byTable.values()].flatMap((each) => each.report(wanted, kind) ?? []);
    return reports.length === 0 ? undefined : reports;
  }
}
