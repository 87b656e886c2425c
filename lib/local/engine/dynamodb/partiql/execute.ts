import type {
  BatchStatementError,
  BatchStatementErrorCodeEnum,
  BatchStatementRequest,
  BatchStatementResponse,
  CancellationReason,
} from "@aws-sdk/client-dynamodb";
import { AwsError, type CallContext } from "../../kernel/index.ts";
import { ConditionalCheckFailed, constraint, validation } from "../errors.ts";
import { Consumptions, perform, readUnits, required } from "../items/index.ts";
import { LIMITS } from "../limits.ts";
import { tieOf } from "../model/index.ts";
import type { DynamoDbHandler } from "../operations.ts";
import type { DynamoDbState } from "../state.ts";
import { checkActions, once, runTransaction, TRANSACTION_FACTOR } from "../transactions/index.ts";
import { itemSize } from "../values/index.ts";
import { parseStatement } from "./parse.ts";
import { select, selectOne } from "./select.ts";
import type { Statement } from "./statement.ts";
import { errorOf, type StatementWrite, statementWrite } from "./write.ts";

/**
 * One statement.
 *
 * @throws AwsError `ConditionalCheckFailedException`, `DuplicateItemException`, `ValidationException`, `ResourceNotFoundException`
 */
export const executeStatement: DynamoDbHandler<"ExecuteStatement"> = (state, context, input) => {
  const statement = parseStatement(required(input.Statement, "statement"), input.Parameters ?? []);
  const consumptions = new Consumptions();
  const capacity = () => {
    const [report] = consumptions.report(input.ReturnConsumedCapacity) ?? [];
    return report === undefined ? {} : { ConsumedCapacity: report };
  };
  if (statement.kind === "exists") {
    throw validation("EXISTS is a statement of transactions only");
  }
  if (statement.kind === "select") {
    const { source, page, nextToken } = select(state, context, statement, {
      consistent: input.ConsistentRead,
      limit: input.Limit,
      nextToken: input.NextToken,
    });
    const units = readUnits(page.bytes, { consistent: input.ConsistentRead === true });
    consumptions.of(source.table).addRead(units, statement.index);
    return {
      Items: page.items.map((item) => ({ ...item })),
      ...(nextToken === undefined ? {} : { NextToken: nextToken }),
      ...(page.lastKey === undefined ? {} : { LastEvaluatedKey: { ...page.lastKey } }),
      ...capacity(),
    };
  }
  const made = statementWrite(state, context, statement);
  const refusal = made.refuse(made.write.table.get(made.write.key));
  if (refusal !== undefined) {
    throw errorOf(refusal);
  }
  const written = perform(state, made.write, {
    returnItem: input.ReturnValuesOnConditionCheckFailure === "ALL_OLD",
  });
  consumptions.of(made.write.table).addWrite(written.before, written.after);
  return { Items: made.returned(written).map((item) => ({ ...item })), ...capacity() };
};

/**
 * Up to 25 statements, all reads or all writes, each with its own outcome.
 *
 * @throws AwsError `ValidationException` for what refuses the whole request
 */
export const batchExecuteStatement: DynamoDbHandler<"BatchExecuteStatement"> = (state, context, input) => {
  const requests = required(input.Statements, "statements");
  if (requests.length < 1 || requests.length > LIMITS.batchStatements) {
    const rule = requests.length < 1 ? "greater than or equal to 1" : `less than or equal to ${LIMITS.batchStatements}`;
    throw constraint("statements", `${requests.length} statements`, `have length ${rule}`);
  }
  const entries = requests.map((request) => readEntry(state, context, request));
  if (new Set(entries.map(({ isRead }) => isRead)).size > 1) {
    throw validation("Batch requests contain read and write statements: use one kind in a request");
  }
  const places = entries.flatMap(({ place }) => place ?? []);
  if (new Set(places).size < places.length) {
    throw validation("Transaction request cannot include multiple operations on one item");
  }
  const consumptions = new Consumptions();
  const responses = entries.map(({ run }) => run(consumptions));
  const report = consumptions.report(input.ReturnConsumedCapacity);
  return { Responses: responses, ...(report === undefined ? {} : { ConsumedCapacity: report }) };
};

interface BatchEntry {
  readonly isRead: boolean;
  /** Undefined for a statement that cannot be run. */
  readonly place: string | undefined;
  run(consumptions: Consumptions): BatchStatementResponse;
}

/** @throws AwsError `ValidationException` for a statement that cannot be read */
function readEntry(state: DynamoDbState, context: CallContext, request: BatchStatementRequest): BatchEntry {
  const statement = parseStatement(
    required(request.Statement, "statements.member.statement"),
    request.Parameters ?? [],
  );
  const isRead = statement.kind === "select";
  const TableName = statement.kind === "exists" ? statement.select.table : statement.table;
  try {
    if (statement.kind === "select") {
      const { source, item, read, place } = selectOne(state, context, statement);
      return {
        isRead,
        place,
        run(consumptions) {
          const units = readUnits(read === undefined ? 0 : itemSize(read), {
            consistent: request.ConsistentRead === true,
          });
          consumptions.of(source.table).addRead(units);
          return { TableName, ...(item === undefined ? {} : { Item: { ...item } }) };
        },
      };
    }
    if (statement.kind === "exists") {
      throw validation("EXISTS is a statement of transactions only");
    }
    const made = statementWrite(state, context, statement);
    const { table, key } = made.write;
    const returnItem = request.ReturnValuesOnConditionCheckFailure === "ALL_OLD";
    return {
      isRead,
      place: `${table.definition.arn} ${tieOf(key)}`,
      run: (consumptions) => runWrite(state, made, { TableName, returnItem, consumptions }),
    };
  } catch (error) {
    return { isRead, place: undefined, run: () => ({ Error: batchError(error), TableName }) };
  }
}

function runWrite(
  state: DynamoDbState,
  made: StatementWrite,
  options: { TableName: string; returnItem: boolean; consumptions: Consumptions },
): BatchStatementResponse {
  const { TableName, returnItem, consumptions } = options;
  const { table, key } = made.write;
  const before = table.get(key);
  const refusal = made.refuse(before);
  try {
    if (refusal !== undefined) {
      throw errorOf(refusal);
    }
    const written = perform(state, made.write, { returnItem });
    consumptions.of(table).addWrite(written.before, written.after);
    const [item] = made.returned(written);
    return { TableName, ...(item === undefined ? {} : { Item: { ...item } }) };
  } catch (error) {
    // A statement that failed is charged as well.
    consumptions.of(table).addWrite(before, before);
    return { Error: batchError(error), TableName };
  }
}

const BATCH_CODES: ReadonlyMap<string, BatchStatementErrorCodeEnum> = new Map([
  ["ConditionalCheckFailedException", "ConditionalCheckFailed"],
  ["DuplicateItemException", "DuplicateItem"],
  ["ResourceNotFoundException", "ResourceNotFound"],
  ["ValidationException", "ValidationError"],
]);

/** The error of one statement. What is no error of a service is thrown on. */
function batchError(error: unknown): BatchStatementError {
  const code = error instanceof AwsError ? BATCH_CODES.get(error.code) : undefined;
  if (!(error instanceof AwsError) || code === undefined) {
    throw error;
  }
  const item = error instanceof ConditionalCheckFailed ? error.Item : undefined;
  return { Code: code, Message: error.message, ...(item === undefined ? {} : { Item: item }) };
}

/**
 * Statements of which all or none take effect: all reads, or all writes and EXISTS.
 *
 * @throws AwsError `TransactionCanceledException`, `IdempotentParameterMismatchException`, `ValidationException`
 */
export const executeTransaction: DynamoDbHandler<"ExecuteTransaction"> = (state, context, input) => {
  const requests = required(input.TransactStatements, "transactStatements");
  checkActions("transactStatements", requests.length);
  const statements = requests.map((request) => ({
    request,
    statement: parseStatement(
      required(request.Statement, "transactStatements.member.statement"),
      request.Parameters ?? [],
    ),
  }));
  const consumptionOf = (consumptions: Consumptions, kind: "ReadCapacityUnits" | "WriteCapacityUnits") => {
    const report = consumptions.report(input.ReturnConsumedCapacity, kind);
    return report === undefined ? {} : { ConsumedCapacity: report };
  };
  if (statements.every(({ statement }) => statement.kind === "select")) {
    const consumptions = new Consumptions();
    const responses = statements.flatMap(({ statement }) => {
      if (statement.kind !== "select") {
        return [];
      }
      const { source, item, read } = selectOne(state, context, statement);
      const units = readUnits(read === undefined ? 0 : itemSize(read), { consistent: true });
      consumptions.of(source.table).addRead(TRANSACTION_FACTOR * units);
      return [item === undefined ? {} : { Item: { ...item } }];
    });
    return { Responses: responses, ...consumptionOf(consumptions, "ReadCapacityUnits") };
  }
  const writes = statements.map(({ statement, request }) => ({ made: writeOf(state, context, statement), request }));
  const nothing = () => ({ Responses: requests.map(() => ({})) });
  return once(state, context, {
    token: input.ClientRequestToken,
    request: requests,
    work: () => {
      const consumptions = runTransaction(
        state,
        writes.map(({ made, request }) => ({
          write: made.write,
          returnsItem: request.ReturnValuesOnConditionCheckFailure === "ALL_OLD",
          refuse: (before): CancellationReason | undefined => made.refuse(before),
        })),
      );
      return { ...nothing(), ...consumptionOf(consumptions, "WriteCapacityUnits") };
    },
    again: nothing,
  });
};

function writeOf(state: DynamoDbState, context: CallContext, statement: Statement): StatementWrite {
  if (statement.kind === "select") {
    throw validation("A transaction contains read and write statements: use one kind, and EXISTS for conditions");
  }
  return statementWrite(state, context, statement);
}
