import type { Answer, Operation } from "./operation.ts";

interface Known {
  readonly name: string;
  matches(operation: Operation, ours: Answer, theirs: Answer): boolean;
}

/** Where the other emulator differs from AWS. Each is checked as narrowly as it can be told. */
const KNOWN: readonly Known[] = [
  {
    // AWS: "Incorrect operand type for operator or function", before any item is read.
    name: "operands of a type that the operator does not take are not refused",
    matches: (_operation, ours) => ours.status === "failed" && /Incorrect operand type/.test(ours.message),
  },
  {
    // AWS: "The document path provided in the update expression is invalid for update".
    name: "a path through what is not there, or through no list or map, is not refused",
    matches: ({ input }, ours) =>
      ours.status === "failed" &&
      /document path provided in the update expression|ValidationError/.test(`${ours.message} ${ours.error}`) &&
      /(?:REMOVE|SET) (?:m\.p|n\[0\])/.test(JSON.stringify(input)),
  },
  {
    // AWS returns no attributes: there was no item before.
    name: "UpdateItem returns the key as ALL_OLD of an item that was not there",
    matches: ({ name, input }, ours, theirs) =>
      name === "UpdateItem" &&
      input.ReturnValues === "ALL_OLD" &&
      isEmpty(ours) &&
      theirs.status === "succeeded" &&
      keysOf(theirs.output, "Attributes") === "at,id",
  },
  {
    // Developer Guide, Reserved words in DynamoDB.
    name: "reserved words are not refused",
    matches: (_operation, ours, theirs) =>
      ours.status === "failed" && /reserved keyword/.test(ours.message) && theirs.status === "succeeded",
  },
  {
    // AWS: "Transaction request cannot include multiple operations on one item", before any item is read.
    name: "two actions or statements on one item are not refused, or only after others",
    matches: (_operation, ours) => ours.status === "failed" && /multiple operations on one item/.test(ours.message),
  },
  {
    // AWS: "An operand in the update expression has an incorrect data type".
    name: "a sum or a list_append of another type is not refused",
    matches: ({ input }, ours, theirs) =>
      ours.status === "failed" &&
      /incorrect data type|ValidationError/.test(`${ours.message} ${ours.error}`) &&
      theirs.status === "succeeded" &&
      /n \+ :size|:ten - n|list_append/.test(JSON.stringify(input)),
  },
  {
    name: "the same in a transaction whose other actions fail",
    matches: ({ name, input }, ours, theirs) =>
      name === "TransactWriteItems" &&
      ours.status === "failed" &&
      theirs.status === "failed" &&
      /n \+ :size|:ten - n|list_append/.test(JSON.stringify(input)) &&
      differOnlyIn(ours.error, theirs.error, "ValidationError", "None"),
  },
  {
    // As the legacy CONTAINS, whose page names binary values: "a subsequence of the target that matches the input".
    name: "contains does not look into binary values",
    matches: ({ input }, ours, theirs) =>
      /contains\(/.test(JSON.stringify(input)) &&
      /":v":\{"B"/.test(JSON.stringify(input)) &&
      [ours, theirs].some((answer) => answer.status === "failed" && /ConditionalCheckFailed/.test(answer.error)),
  },
  {
    // An item that is there, with none of the attributes, is an empty map.
    name: "an item without any of the projected attributes is absent",
    matches: ({ name }, ours, theirs) =>
      name === "GetItem" &&
      ours.status === "succeeded" &&
      JSON.stringify(ours.output) === '{"Item":{}}' &&
      theirs.status === "succeeded" &&
      isEmpty(theirs),
  },
  {
    name: "no returned attributes are an empty map",
    matches: ({ name }, ours, theirs) =>
      name === "UpdateItem" &&
      isEmpty(ours) &&
      theirs.status === "succeeded" &&
      JSON.stringify(theirs.output) === '{"Attributes":{}}',
  },
  {
    // Only what the path names, as in a projection.
    name: "a changed element returns the whole list as UPDATED_OLD or UPDATED_NEW",
    matches: ({ name, input }) =>
      name === "UpdateItem" &&
      /^UPDATED_/.test(input.ReturnValues ?? "") &&
      /n\[0\]/.test(input.UpdateExpression ?? ""),
  },
  {
    // The condition is evaluated on the item as it is, the value only with the item that would be written.
    name: "an index key of a wrong type counts before a condition that does not hold",
    matches: ({ name, input }, ours, theirs) =>
      name === "TransactWriteItems" &&
      ours.status === "failed" &&
      /ConditionalCheckFailed/.test(ours.error) &&
      theirs.status === "failed" &&
      /ValidationError/.test(theirs.error) &&
      /SET color = :v/.test(JSON.stringify(input)),
  },
  {
    // A value that an item cannot have cancels the transaction, with that reason.
    name: "an empty index key in an update of a transaction fails the request, not the action",
    matches: ({ name, input }, ours, theirs) =>
      name === "TransactWriteItems" &&
      ours.status === "failed" &&
      (/ValidationError/.test(ours.error) || /":v":\{"S":""\}/.test(JSON.stringify(input))) &&
      theirs.status === "failed" &&
      theirs.error === "ValidationException",
  },
];

/** The name of a difference that is understood. */
export function knownDifference(operation: Operation, ours: Answer, theirs: Answer): string | undefined {
  return KNOWN.find(({ matches }) => matches(operation, ours, theirs))?.name;
}

/** Whether two lists of reasons are the same but for places with `one` here and `other` there. */
function differOnlyIn(ours: string, theirs: string, one: string, other: string): boolean {
  const [left, right] = [ours.split(" "), theirs.split(" ")];
  return (
    left.length === right.length &&
    left.every((reason, index) => reason === right[index] || (reason === one && right[index] === other))
  );
}

function isEmpty(answer: Answer): boolean {
  return answer.status === "succeeded" && keysOf(answer, "output") === "";
}

function keysOf(container: unknown, name: string): string {
  const value: unknown = new Map(Object.entries(Object(container))).get(name);
  return Object.keys(Object(value)).sort().join(",");
}
