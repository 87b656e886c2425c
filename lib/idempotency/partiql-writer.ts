import type { BatchStatementRequest, BatchStatementResponse } from "@aws-sdk/client-dynamodb";
import { type DynamoDb, EntryError } from "../aws/index.ts";
import type { Clock } from "../clock/index.ts";
import { chunksOf, type EntryResult, retryEntries } from "../std/index.ts";
import { CLAIMED, DONE, FIELDS, number, text } from "./item.ts";
import { retriesOf } from "./retries.ts";
import type { WriteResult, Writer } from "./writer.ts";

/** Maximum number of statements per `BatchExecuteStatement`. Source: DynamoDB API Reference, `BatchExecuteStatement`. */
const MAX_STATEMENTS = 25;

/** Codes of a statement whose condition did not hold. */
const REFUSED = new Set(["DuplicateItem", "ConditionalCheckFailed"]);

/** Writes through `BatchExecuteStatement`: one call for 25 items. */
export function partiqlWriter({ sdk, call }: DynamoDb, table: string, clock: Clock): Writer {
  const { key, owner, state, lease, expiry } = FIELDS;
  const name = `"${table}"`;

  async function run(
    statements: readonly BatchStatementRequest[],
    signal: AbortSignal | undefined,
  ): Promise<readonly WriteResult[]> {
    const options = { ...retriesOf(clock, signal), call: (open: typeof statements) => execute(open, signal) };
    const results = await Promise.all(
      chunksOf(statements, MAX_STATEMENTS).map((chunk) => retryEntries(chunk, options)),
    );
    return results.flat().map(writeResult);
  }

  /** Makes one call. Its HTTP status is 200 even if statements failed. */
  async function execute(
    statements: readonly BatchStatementRequest[],
    signal: AbortSignal | undefined,
  ): Promise<readonly EntryResult<void>[]> {
    const command = new sdk.BatchExecuteStatementCommand({ Statements: [...statements] });
    const { Responses } = await call((client, options) => client.send(command, options), { signal });
    return statements.map((_, index) => statementResult(Responses?.[index]));
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
          // With the state: a completion that was delayed on the network may have been written since the item was read.
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

function statementResult(response: BatchStatementResponse | undefined): EntryResult<void> {
  const code = response?.Error?.Code;
  if (response !== undefined && code === undefined) {
    return { ok: true, value: undefined };
  }
  const error =
    code === undefined
      ? new EntryError("NoResponse", "the response has no result for the statement", false)
      : new EntryError(code, response?.Error?.Message ?? "");
  return { ok: false, error };
}

function writeResult(result: EntryResult<void>): WriteResult {
  if (result.ok) {
    return { status: "written" };
  }
  const { error } = result;
  const refused = error instanceof EntryError && REFUSED.has(error.code);
  return refused ? { status: "refused" } : { status: "unavailable", error };
}
