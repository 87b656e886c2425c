import type { BatchStatementRequest, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { DynamoDbSdk } from "../aws/index.ts";
import { backoff, type Clock, sleep } from "../clock/index.ts";
import { CLAIMED, DONE, FIELDS, number, text } from "./item.ts";
import type { WriteOutcome, Writer } from "./writer.ts";

/** Statements of one `BatchExecuteStatement`. Source: DynamoDB API Reference, `BatchExecuteStatement`. */
const MAX_STATEMENTS = 25;

/** Tries of one statement. The call answers HTTP 200 even if statements were throttled, so the SDK does not retry those. */
const MAX_TRIES = 5;

/** First and longest pause between tries, in milliseconds. */
const BACKOFF = { base: 25, cap: 800 };

/** Codes that mean "the condition did not hold". */
const REFUSED = new Set(["DuplicateItem", "ConditionalCheckFailed"]);

/** Codes of a statement that may succeed when it is sent again. */
const TRANSIENT = new Set([
  "ProvisionedThroughputExceeded",
  "RequestLimitExceeded",
  "ThrottlingError",
  "ThrottlingException",
  "InternalServerError",
  "TransactionConflict",
]);

/** Writes through `BatchExecuteStatement`: one call for 25 records. */
export function partiqlWriter(sdk: DynamoDbSdk, client: DynamoDBClient, table: string, clock: Clock): Writer {
  const { key, owner, state, lease, expiry } = FIELDS;
  const name = `"${table}"`;

  /** Sends statements, 25 a call, and those again that failed for a passing reason. */
  async function run(
    statements: readonly BatchStatementRequest[],
    signal?: AbortSignal,
  ): Promise<readonly WriteOutcome[]> {
    const chunks: BatchStatementRequest[][] = [];
    for (let at = 0; at < statements.length; at += MAX_STATEMENTS) {
      chunks.push(statements.slice(at, at + MAX_STATEMENTS));
    }
    const outcomes = await Promise.all(chunks.map((chunk) => runChunk(chunk, signal)));
    return outcomes.flat();
  }

  async function runChunk(statements: readonly BatchStatementRequest[], signal?: AbortSignal): Promise<WriteOutcome[]> {
    const outcomes = new Array<WriteOutcome>(statements.length);
    let open = statements.map((statement, index) => ({ statement, index }));
    for (let attempt = 1; open.length > 0; attempt++) {
      const failed = await runOnce(open, outcomes, signal);
      if (attempt === MAX_TRIES) {
        break;
      }
      open = failed;
      if (open.length > 0) {
        await sleep(clock, backoff(clock, attempt, BACKOFF.base, BACKOFF.cap), signal);
      }
    }
    return outcomes;
  }

  /** One call. Fills in the outcomes, and answers the statements that are worth another try. */
  async function runOnce(
    open: { statement: BatchStatementRequest; index: number }[],
    outcomes: WriteOutcome[],
    signal?: AbortSignal,
  ): Promise<typeof open> {
    const command = new sdk.BatchExecuteStatementCommand({ Statements: open.map((entry) => entry.statement) });
    const answer = await client.send(command, signal === undefined ? {} : { abortSignal: signal });
    const again: typeof open = [];
    for (const [position, entry] of open.entries()) {
      const response = answer.Responses?.[position];
      const code = response?.Error?.Code;
      if (response !== undefined && code === undefined) {
        outcomes[entry.index] = { status: "written" };
      } else if (code !== undefined && REFUSED.has(code)) {
        outcomes[entry.index] = { status: "refused" };
      } else {
        const reason =
          code === undefined ? "no answer for the statement" : `${code}: ${response?.Error?.Message ?? ""}`;
        outcomes[entry.index] = { status: "unavailable", error: new Error(reason) };
        if (code === undefined || TRANSIENT.has(code)) {
          again.push(entry);
        }
      }
    }
    return again;
  }

  return {
    insert: (items, signal) =>
      run(
        items.map((item) => ({
          Statement: `INSERT INTO ${name} VALUE {'${key}': ?, '${owner}': ?, '${state}': ?, '${lease}': ?, '${expiry}': ?}`,
          Parameters: [
            text(item.key),
            text(item.owner),
            text(item.done ? DONE : CLAIMED),
            number(item.leaseUntil),
            number(item.expiresAt),
          ],
        })),
        signal,
      ),
    discard: (items, signal) =>
      run(
        items.map(({ key: id, seen }) => ({
          // With the state: a completion that was long on its way may have arrived since the item was seen.
          Statement: `DELETE FROM ${name} WHERE "${key}" = ? AND "${owner}" = ? AND "${lease}" = ? AND "${state}" = ?`,
          Parameters: [text(id), text(seen.owner), number(seen.leaseUntil), text(seen.done ? DONE : CLAIMED)],
        })),
        signal,
      ),
    complete: (claims, signal) =>
      run(
        claims.map((claim) => ({
          Statement: `UPDATE ${name} SET "${state}" = ? WHERE "${key}" = ? AND "${owner}" = ?`,
          Parameters: [text(DONE), text(claim.key), text(claim.owner)],
        })),
        signal,
      ),
    release: (claims, signal) =>
      run(
        claims.map((claim) => ({
          Statement: `DELETE FROM ${name} WHERE "${key}" = ? AND "${owner}" = ? AND "${state}" = ?`,
          Parameters: [text(claim.key), text(claim.owner), text(CLAIMED)],
        })),
        signal,
      ),
  };
}
