import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { CommitResult } from "../../idempotency/index.ts";

/** Writes a handler's effects and the event's completion in one transaction. */
export type Commit = (items: readonly TransactWriteItem[], signal: AbortSignal) => Promise<CommitResult>;
