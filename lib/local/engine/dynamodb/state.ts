import { type CallContext, type EngineEnvironment, parseArn, partitionOf } from "../kernel/index.ts";
import { constraint, resourceNotFound } from "./errors.ts";
import { LIMITS } from "./limits.ts";
import { keyOnly, type StoredKey, type Stream, type Table } from "./model/index.ts";
import type { Item } from "./values/index.ts";

export interface DynamoDbOptions {
  readonly environment: EngineEnvironment;
}

/** An item was written, or deleted: `after` is undefined. */
export interface ItemWrite {
  readonly tableArn: string;
  readonly tableName: string;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

/** A transaction that was done, by its client request token. Plain JSON. */
export interface RecordedRequest {
  /** Of the request without its token. */
  readonly hash: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Everything that the operations work on. */
export class DynamoDbState {
  readonly environment: EngineEnvironment;
  /** By ARN. */
  readonly tables = new Map<string, Table>();
  /** By ARN, those of deleted tables included, for as long as they have records. */
  readonly streams = new Map<string, Stream>();
  /** By account, Region and token; oldest first. */
  readonly requests = new Map<string, RecordedRequest>();
  readonly listeners = new Set<(write: ItemWrite) => void>();

  constructor(options: DynamoDbOptions) {
    this.environment = options.environment;
  }

  now(): number {
    return this.environment.now();
  }

  /** The table that a caller names, by its name or its ARN. */
  find(context: CallContext, name: string): Table | undefined {
    return this.tables.get(name.startsWith("arn:") ? name : tableArn(context, name));
  }

  /**
   * @throws AwsError `ResourceNotFoundException`, `ValidationException`
   * @param describe tells the error's text from the name. @default AWS's words for calls about items
   */
  require(context: CallContext, name: string | undefined, describe?: (name: string) => string): Table {
    const checked = checkTableName(name);
    const table = this.find(context, checked);
    if (table === undefined) {
      throw resourceNotFound(describe?.(checked));
    }
    return table;
  }

  /**
   * Writes or deletes (`undefined`) an item, with all that follows from it: indexes, stream, listeners.
   *
   * @param expiredAt when the time to live of the item had ended, if it is deleted for that
   */
  write(table: Table, key: StoredKey, after: Item | undefined, { expiredAt }: { expiredAt?: number } = {}): void {
    const before = table.get(key);
    if (before === undefined && after === undefined) {
      return;
    }
    table.replace(key, after);
    const { stream, arn, name } = table.definition;
    if (stream !== undefined) {
      const keys = keyOnly(table.schema, after ?? before ?? {});
      const at = expiredAt ?? this.now();
      this.streams.get(stream.arn)?.append({ at, keys, before, after, expired: expiredAt !== undefined });
    }
    for (const listener of [...this.listeners]) {
      listener({ tableArn: arn, tableName: name, before, after });
    }
  }

  /** Brings everything up to the present: deletes expired items, forgets old stream records and request tokens. */
  letTimePass(): void {
    const now = this.now();
    for (const table of this.tables.values()) {
      for (let expired = table.nextExpired(now); expired !== undefined; expired = table.nextExpired(now)) {
        this.write(table, expired.key, undefined, { expiredAt: expired.at });
      }
    }
    for (const [arn, stream] of this.streams) {
      stream.trim(now);
      if (stream.closedAt !== undefined && stream.closedAt < now - LIMITS.streamRetentionMs) {
        this.streams.delete(arn);
      }
    }
    for (const [token, { at }] of this.requests) {
      if (at >= now - LIMITS.requestTokenMs) {
        break;
      }
      this.requests.delete(token);
    }
  }
}

export function tableArn({ region, accountId }: CallContext, name: string): string {
  return `arn:${partitionOf(region)}:dynamodb:${region}:${accountId}:table/${name}`;
}

/** The name of the table that a name or an ARN means. @throws AwsError `ValidationException` */
export function checkTableName(given: string | undefined): string {
  if (given === undefined) {
    throw constraint("tableName", given, "not be null");
  }
  const name = given.startsWith("arn:") ? (parseArn(given)?.resource.replace(/^table\//, "") ?? "") : given;
  if (!/^[a-zA-Z0-9_.-]+$/.test(name)) {
    throw constraint("tableName", given, "satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
  }
  if (name.length < 3 || name.length > 255) {
    const limit = name.length < 3 ? "greater than or equal to 3" : "less than or equal to 255";
    throw constraint("tableName", given, `have length ${limit}`);
  }
  return given;
}
