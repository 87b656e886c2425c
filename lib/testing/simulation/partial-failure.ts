import { TransactionCanceled } from "../../local/engine/index.ts";
import type { Call } from "../clients/index.ts";
import type { Random } from "./random.ts";

type Input = Readonly<Record<string, unknown>>;
type Perform = (input: Input) => object;

/** Operations with a result for each entry, and the field with the entries. Source: their API References. */
const ENTRIES: Readonly<Record<string, string>> = {
  PublishBatch: "PublishBatchRequestEntries",
  SendMessageBatch: "Entries",
  DeleteMessageBatch: "Entries",
  ChangeMessageVisibilityBatch: "Entries",
};

/** The output of a batch call of which some entries failed, and how many. */
export interface PartialResult {
  readonly output: object;
  readonly failed: number;
}

/** Whether some entries of a call can fail while others succeed. */
export function canFailPartially(call: Call): boolean {
  return (
    ENTRIES[call.operation] !== undefined ||
    ["BatchExecuteStatement", "BatchGetItem", "TransactWriteItems"].includes(call.operation)
  );
}

/**
 * Performs a batch call for some of its entries, at least one of which fails.
 *
 * @throws AwsError `TransactionCanceledException` for a transaction, which is all or nothing: another transaction is writing one of the items
 */
export function failPartially(call: Call, random: Random, perform: Perform): PartialResult {
  if (call.operation === "BatchExecuteStatement") {
    return failStatements(call.input, random, perform);
  }
  if (call.operation === "BatchGetItem") {
    return leaveKeys(call.input, random, perform);
  }
  if (call.operation === "TransactWriteItems") {
    throw conflict(call.input.TransactItems as readonly object[], random);
  }
  const field = ENTRIES[call.operation] ?? "Entries";
  const entries = call.input[field] as readonly { Id?: string }[];
  const failing = draw(entries.length, random);
  const rest = entries.filter((_entry, index) => !failing.has(index));
  const output: { Successful?: object[]; Failed?: object[] } =
    rest.length === 0 ? {} : perform({ ...call.input, [field]: rest });
  const failed = entries
    .filter((_entry, index) => failing.has(index))
    .map(({ Id }) => ({ Id, Code: "InternalError", Message: "injected", SenderFault: false }));
  return {
    output: { ...output, Successful: output.Successful ?? [], Failed: [...(output.Failed ?? []), ...failed] },
    failed: failing.size,
  };
}

function failStatements(input: Input, random: Random, perform: Perform): PartialResult {
  const statements = input.Statements as readonly object[];
  const failing = draw(statements.length, random);
  const rest = statements.filter((_statement, index) => !failing.has(index));
  const responses = (rest.length === 0 ? [] : [...responsesOf(perform({ ...input, Statements: rest }))]).values();
  const code = random.pick(["ThrottlingError", "ProvisionedThroughputExceeded", "InternalServerError"]);
  const Responses = statements.map((_statement, index) =>
    failing.has(index) ? { Error: { Code: code, Message: "injected" } } : responses.next().value,
  );
  return { output: { Responses }, failed: failing.size };
}

function responsesOf(output: { Responses?: unknown }): readonly object[] {
  return Array.isArray(output.Responses) ? output.Responses : [];
}

function leaveKeys(input: Input, random: Random, perform: Perform): PartialResult {
  const requests = input.RequestItems as Readonly<Record<string, { Keys?: readonly object[] }>>;
  const [[table, request] = ["", {}]] = Object.entries(requests);
  const keys = request.Keys ?? [];
  const failing = draw(keys.length, random);
  const pick = (left: boolean) => keys.filter((_key, index) => failing.has(index) === left);
  const done = pick(false);
  const output =
    done.length === 0
      ? { Responses: { [table]: [] } }
      : perform({ ...input, RequestItems: { [table]: { ...request, Keys: done } } });
  return {
    output: { ...output, UnprocessedKeys: { [table]: { ...request, Keys: pick(true) } } },
    failed: failing.size,
  };
}

function conflict(items: readonly object[], random: Random): TransactionCanceled {
  const failing = draw(items.length, random);
  return new TransactionCanceled(
    items.map((_item, index) => ({ Code: failing.has(index) ? "TransactionConflict" : "None" })),
  );
}

/** Some of the indexes below `count`, at least one. */
function draw(count: number, random: Random): ReadonlySet<number> {
  const drawn = new Set<number>([random.int(0, count - 1)]);
  for (let index = 0; index < count; index++) {
    if (random.chance(0.3)) {
      drawn.add(index);
    }
  }
  return drawn;
}
