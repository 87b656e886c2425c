import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isJsonObject, objectOf, parseJson } from "../../std/index.ts";
import type { StreamPosition } from "../streams/index.ts";

/**
 * Where the mappings of streams continue, by their ids: after a reload, and with a data folder after a restart. Lambda keeps the same
 * with the mapping.
 */
export class StreamPositions {
  readonly #path: string | undefined;
  readonly #positions: Map<string, StreamPosition>;

  constructor(dataDirectory: string | undefined) {
    this.#path = dataDirectory === undefined ? undefined : join(dataDirectory, "stream-positions.json");
    this.#positions = new Map(this.#path === undefined ? [] : readPositions(this.#path));
  }

  /** The position of a mapping in this stream, if it has one there. */
  get(uuid: string, streamArn: string): StreamPosition | undefined {
    return this.#positions.get(keyOf(uuid, streamArn));
  }

  set(uuid: string, streamArn: string, position: StreamPosition): void {
    this.#positions.set(keyOf(uuid, streamArn), position);
    if (this.#path !== undefined) {
      // Written beside and renamed: a killed process leaves the old positions or the new ones.
      mkdirSync(dirname(this.#path), { recursive: true });
      writeFileSync(`${this.#path}.new`, JSON.stringify(Object.fromEntries(this.#positions)));
      renameSync(`${this.#path}.new`, this.#path);
    }
  }
}

/** A table that is made anew has another stream. */
function keyOf(uuid: string, streamArn: string): string {
  return `${uuid} ${streamArn}`;
}

/** What cannot be read is no position: its mapping starts as if it were new. */
function readPositions(path: string): [string, StreamPosition][] {
  const stored = existsSync(path) ? objectOf(parseJson(readFileSync(path, "utf8"))) : {};
  return Object.entries(stored).flatMap(([key, value]): [string, StreamPosition][] => {
    const { shardId, type, sequenceNumber } = isJsonObject(value) ? value : {};
    return typeof shardId === "string" &&
      typeof sequenceNumber === "string" &&
      (type === "AT_SEQUENCE_NUMBER" || type === "AFTER_SEQUENCE_NUMBER")
      ? [[key, { shardId, type, sequenceNumber }]]
      : [];
  });
}
