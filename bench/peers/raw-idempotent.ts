import {
  BatchExecuteStatementCommand,
  type BatchStatementRequest,
  type BatchStatementResponse,
} from "@aws-sdk/client-dynamodb";
import type { SQSBatchResponse, SQSRecord } from "aws-lambda";
import type { Job, LambdaHandler } from "./job.ts";
import type { Store } from "./powertools.ts";
import { decode } from "./raw.ts";

/** Statements of one call. Source: DynamoDB API Reference, `BatchExecuteStatement`. */
const STATEMENTS = 25;

/** Chunks at once: as many as Fanfare claims ahead. */
const CHUNKS = 4;

/**
 * The least that batched idempotency by hand can do: claim 25 per call, handle what was claimed, complete it or release it 25 per
 * call. It retries nothing, believes every duplicate to be done, knows no lease, no deadline and no takeover. The floor.
 */
export function rawIdempotent({ handle }: Job, { dynamodb, table }: Store): LambdaHandler {
  const send = async (statements: BatchStatementRequest[]): Promise<readonly BatchStatementResponse[]> => {
    if (statements.length === 0) {
      return [];
    }
    const answer = await dynamodb.send(new BatchExecuteStatementCommand({ Statements: statements }));
    return answer.Responses ?? [];
  };
  const chunk = async (records: readonly SQSRecord[], failed: string[]) => {
    const owner = { S: "hand-written" };
    const lease = { N: String(Date.now() + 30_000) };
    const expiry = { N: String(Math.ceil(Date.now() / 1_000) + 86_400) };
    const events = records.map((record) => ({ record, ...decode(record) }));
    const claims = await send(
      events.map(({ id }) => ({
        Statement: `INSERT INTO "${table}" VALUE {'id': ?, 'owner': ?, 'state': ?, 'leaseUntil': ?, 'expiresAt': ?}`,
        Parameters: [{ S: `raw#${id}` }, owner, { S: "claimed" }, lease, expiry],
      })),
    );
    const claimed = events.filter((_, index) => claims[index]?.Error === undefined);
    const outcomes = await Promise.allSettled(claimed.map(async ({ id, data }) => await handle(data, id)));
    const completions: BatchStatementRequest[] = [];
    const releases: BatchStatementRequest[] = [];
    for (const [index, { id, record }] of claimed.entries()) {
      const key = { S: `raw#${id}` };
      if (outcomes[index]?.status === "fulfilled") {
        completions.push({
          Statement: `UPDATE "${table}" SET "state" = ? WHERE "id" = ? AND "owner" = ?`,
          Parameters: [{ S: "done" }, key, owner],
        });
      } else {
        failed.push(record.messageId);
        releases.push({
          Statement: `DELETE FROM "${table}" WHERE "id" = ? AND "owner" = ?`,
          Parameters: [key, owner],
        });
      }
    }
    await Promise.all([send(completions), send(releases)]);
  };
  return async (event): Promise<SQSBatchResponse> => {
    const failed: string[] = [];
    let next = 0;
    const worker = async () => {
      while (next < event.Records.length) {
        const at = next;
        next += STATEMENTS;
        await chunk(event.Records.slice(at, at + STATEMENTS), failed);
      }
    };
    await Promise.all(Array.from({ length: CHUNKS }, worker));
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}
