import { validation } from "../errors.ts";

/** Where a reader of a shard stands. It carries everything, so that the engine remembers nothing of readers. */
export interface ShardPosition {
  readonly streamArn: string;
  /** Of the next record. */
  readonly position: number;
  /** Milliseconds since the epoch. */
  readonly madeAt: number;
}

export function formatIterator({ streamArn, position, madeAt }: ShardPosition): string {
  return `${streamArn}|1|${Buffer.from(`${position} ${madeAt}`).toString("base64")}`;
}

/** @throws AwsError `ValidationException` for what is no shard iterator */
export function parseIterator(text: string | undefined): ShardPosition {
  const [streamArn = "", , place = ""] = text?.split("|") ?? [];
  const [, position, madeAt] = /^(\d{1,15}) (\d{1,15})$/.exec(Buffer.from(place, "base64").toString("latin1")) ?? [];
  if (position === undefined || madeAt === undefined) {
    throw validation("Invalid ShardIterator");
  }
  return { streamArn, position: Number(position), madeAt: Number(madeAt) };
}
