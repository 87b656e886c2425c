import type { StoredRecord, Write } from "../../lib/idempotency/protocol/index.ts";

/** Whether the record is what a write expects. */
export function isAccepted(write: Write, record: StoredRecord | undefined): boolean {
  if (write.kind === "insert") {
    return record === undefined;
  }
  const { expected } = write;
  return (
    record !== undefined &&
    (Object.keys(expected) as (keyof StoredRecord)[]).every((field) => expected[field] === record[field])
  );
}

/** What a write leaves of the record: what DynamoDB does, and what the verification computes with. */
export function recordAfter(write: Write, record: StoredRecord | undefined): StoredRecord | undefined {
  if (!isAccepted(write, record)) {
    return record;
  }
  switch (write.kind) {
    case "insert":
      return write.record;
    case "update":
      return record && { ...record, ...write.set };
    case "delete":
      return undefined;
  }
}
