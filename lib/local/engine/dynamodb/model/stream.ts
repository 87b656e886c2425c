import { createHash } from "node:crypto";
import type { _Record } from "@aws-sdk/client-dynamodb-streams";
import { LIMITS } from "../limits.ts";
import { type Item, itemSize, sameItem } from "../values/index.ts";
import type { StreamView } from "./definition.ts";

/** A change of an item, as the stream keeps it. */
export interface StreamedChange {
  /** Counts from 1. */
  readonly position: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly keys: Item;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
  /** The service deleted it, because its time to live had ended. */
  readonly expired: boolean;
}

export interface StreamDefinition {
  readonly arn: string;
  readonly label: string;
  readonly tableName: string;
  readonly tableArn: string;
  readonly view: StreamView;
  readonly shardId: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** Sequence numbers have 21 digits or more, as AWS's. */
const FIRST_SEQUENCE = 100_000_000_000_000_000_000n;

export function sequenceNumber(position: number): string {
  return String(FIRST_SEQUENCE + BigInt(position));
}

/** @returns undefined for what is no sequence number of ours */
export function positionOf(sequence: string): number | undefined {
  return /^\d{21,40}$/.test(sequence) ? Number(BigInt(sequence) - FIRST_SEQUENCE) : undefined;
}

/** The changes of a table in order, in one shard, for 24 hours. */
export class Stream {
  readonly definition: StreamDefinition;
  /** When it was switched off; milliseconds since the epoch. */
  closedAt: number | undefined;
  #changes: StreamedChange[] = [];
  #lastPosition = 0;

  constructor(definition: StreamDefinition) {
    this.definition = definition;
  }

  get lastPosition(): number {
    return this.#lastPosition;
  }

  get changes(): readonly StreamedChange[] {
    return this.#changes;
  }

  /** A write that changes nothing leaves no record. Times never run backwards. */
  append(change: Omit<StreamedChange, "position">): void {
    const { before, after } = change;
    if (before !== undefined && after !== undefined && sameItem(before, after)) {
      return;
    }
    this.#lastPosition += 1;
    const at = Math.max(change.at, this.#changes.at(-1)?.at ?? this.definition.createdAt);
    this.#changes.push({ ...change, at, position: this.#lastPosition });
  }

  /** Forgets what is older than 24 hours. */
  trim(now: number): void {
    const oldest = now - LIMITS.streamRetentionMs;
    const first = this.#changes[0];
    if (first !== undefined && first.at < oldest) {
      this.#changes = this.#changes.filter(({ at }) => at >= oldest);
    }
  }

  restore(changes: readonly StreamedChange[], lastPosition: number, closedAt: number | undefined): void {
    this.#changes = [...changes];
    this.#lastPosition = lastPosition;
    this.closedAt = closedAt;
  }
}

/** A change in the form of the Streams API. */
export function toRecord({ arn, view }: StreamDefinition, region: string, change: StreamedChange): _Record {
  const { position, at, keys, before, after, expired } = change;
  const images = {
    ...(after !== undefined && (view === "NEW_IMAGE" || view === "NEW_AND_OLD_IMAGES") ? { NewImage: after } : {}),
    ...(before !== undefined && (view === "OLD_IMAGE" || view === "NEW_AND_OLD_IMAGES") ? { OldImage: before } : {}),
  };
  const sizes = [keys, ...Object.values(images)].map(itemSize);
  return {
    // Follows from the record, so that reading it again gives the same id.
    eventID: createHash("md5").update(`${arn}/${position}`).digest("hex"),
    eventName: before === undefined ? "INSERT" : after === undefined ? "REMOVE" : "MODIFY",
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: region,
    dynamodb: {
      ApproximateCreationDateTime: new Date(Math.floor(at / 1000) * 1000),
      Keys: keys,
      ...images,
      SequenceNumber: sequenceNumber(position),
      SizeBytes: sizes.reduce((sum, size) => sum + size, 0),
      StreamViewType: view,
    },
    ...(expired ? { userIdentity: { Type: "Service", PrincipalId: "dynamodb.amazonaws.com" } } : {}),
  };
}
