import type { CancellationReason } from "@aws-sdk/client-dynamodb";
import { AwsError, type CallContext } from "../../kernel/index.ts";
import { validation } from "../errors.ts";
import { type Condition, project } from "../expressions/index.ts";
import { deleteWrite, putting, required, updating, type Write, type Written } from "../items/index.ts";
import type { Table } from "../model/index.ts";
import type { DynamoDbState } from "../state.ts";
import type { Item } from "../values/index.ts";
import { both, itemCondition } from "./key-equality.ts";
import type { Returning, Statement } from "./statement.ts";

/** A statement that writes one item, or only checks one, as a write. */
export interface StatementWrite {
  readonly write: Write;
  /** Why the statement fails for an item that is there, before its condition is looked at. */
  refuse(before: Item | undefined): CancellationReason | undefined;
  /** What it returns, as items. */
  returned(written: Written): readonly Item[];
}

type WriteStatement = Exclude<Statement, { kind: "select" }>;

const DUPLICATE: CancellationReason = { Code: "DuplicateItem", Message: "Duplicate primary key exists in table" };

/** @throws AwsError `ValidationException`, `ResourceNotFoundException` */
export function statementWrite(state: DynamoDbState, context: CallContext, statement: WriteStatement): StatementWrite {
  const nothing = { refuse: () => undefined, returned: () => [] };
  switch (statement.kind) {
    case "insert": {
      const write = putting(state.require(context, statement.table), statement.item);
      if (statement.doNothing) {
        return { ...nothing, write: { ...write, next: (before) => before ?? write.next(before) } };
      }
      return { ...nothing, write, refuse: (before) => (before === undefined ? undefined : DUPLICATE) };
    }
    case "update": {
      const table = state.require(context, statement.table);
      const { key, keyAttributes, rest } = itemCondition(table, statement.where);
      const { next, touched } = updating(table, keyAttributes, statement.actions);
      const condition = both(itemExists(table), ...(rest === undefined ? [] : [rest]));
      return {
        ...nothing,
        write: { table, key, condition, next, touched },
        returned: ({ before, after }) => returnedBy(statement.returning, touched, before, after),
      };
    }
    case "delete": {
      if (statement.returning !== undefined && statement.returning !== "ALL OLD") {
        throw validation("A DELETE statement returns only ALL OLD *");
      }
      const table = state.require(context, statement.table);
      const { key, keyAttributes, rest } = itemCondition(table, statement.where);
      const write = deleteWrite(state, context, { TableName: statement.table, Key: keyAttributes });
      // An item that is not there is no failure, whatever else the statement asks.
      const condition: Condition | undefined =
        rest === undefined
          ? undefined
          : { kind: "or", left: { kind: "not", condition: itemExists(table) }, right: rest };
      return {
        ...nothing,
        write: { ...write, key, condition },
        returned: ({ before }) => (statement.returning === undefined || before === undefined ? [] : [before]),
      };
    }
    case "exists": {
      const { select, negated } = statement;
      const table = state.require(context, select.table);
      const { key, rest } = itemCondition(table, required(select.where, "statement.where"));
      const found = both(itemExists(table), ...(rest === undefined ? [] : [rest])) ?? itemExists(table);
      const condition: Condition = negated ? { kind: "not", condition: found } : found;
      return { ...nothing, write: { table, key, condition, next: (before) => before, touched: [] } };
    }
  }
}

function itemExists(table: Table): Condition {
  return { kind: "exists", path: [table.schema.partition.name] };
}

function returnedBy(
  returning: Returning | undefined,
  touched: Write["touched"],
  before: Item | undefined,
  after: Item | undefined,
): readonly Item[] {
  const item = returning?.endsWith("OLD") ? before : after;
  if (returning === undefined || item === undefined) {
    return [];
  }
  return [returning.startsWith("ALL") ? item : project(item, touched)];
}

/** The error of a single statement that fails for this reason. */
export function errorOf({ Code, Message }: CancellationReason): AwsError {
  return new AwsError(`${Code}Exception`, Message ?? "");
}
