import type { BatchStatementRequest, BatchStatementResponse } from "@aws-sdk/client-dynamodb";
import { type DynamoDb, EntryError } from "../aws/index.ts";
import type { Clock } from "../clock/index.ts";
import { chunksOf, type EntryResult, retryEntries } from "../std/index.ts";
import { attributesOf, FIELDS, text } from "./item.ts";
import type { Write } from "./protocol/index.ts";
import { retriesOf } from "./retries.ts";
import type { WriteResult, Writer } from "./writer.ts";

/** Maximum number of statements per `BatchExecuteStatement`. Source: DynamoDB API Reference, `BatchExecuteStatement`. */
const MAX_STATEMENTS = 25;

/** Codes of a statement whose condition did not hold. */
const REFUSED = new Set(["DuplicateItem", "ConditionalCheckFailed"]);

/** Writes through `BatchExecuteStatement`: one call for 25 items. */
export function partiqlWriter(dynamodb: DynamoDb, table: string, clock: Clock): Writer {
  const statementOf = (write: Write) => partiqlOf(`"${table}"`, write);

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
    const { Responses } = await dynamodb.batchExecuteStatement({ Statements: [...statements] }, { signal });
    return statements.map((_, index) => statementResult(Responses?.[index]));
  }

  return (writes, signal) => run(writes.map(statementOf), signal);
}

/** A write of the protocol as a statement. Several attributes are set by a `SET` each, as in AWS's examples of PartiQL. */
function partiqlOf(table: string, write: Write): BatchStatementRequest {
  const id = [FIELDS.key, text(write.key)] as const;
  if (write.kind === "insert") {
    const fields = [id, ...attributesOf(write.record)];
    const members = fields.map(([name]) => `'${name}': ?`).join(", ");
    return { Statement: `INSERT INTO ${table} VALUE {${members}}`, Parameters: fields.map(([, value]) => value) };
  }
  const conditions = [id, ...attributesOf(write.expected)];
  const where = conditions.map(([name]) => `"${name}" = ?`).join(" AND ");
  const assignments = write.kind === "update" ? attributesOf(write.set) : [];
  const sets = assignments.map(([name]) => `SET "${name}" = ?`).join(" ");
  const verb = write.kind === "update" ? `UPDATE ${table} ${sets}` : `DELETE FROM ${table}`;
  return { Statement: `${verb} WHERE ${where}`, Parameters: [...assignments, ...conditions].map(([, value]) => value) };
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
