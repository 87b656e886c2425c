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
    // Only what the path names, as in a projection.
    name: "a changed element returns the whole list as UPDATED_OLD or UPDATED_NEW",
    matches: ({ name, input }) =>
      name === "UpdateItem" &&
      /^UPDATED_/.test(input.ReturnValues ?? "") &&
      /n\[0\]/.test(input.UpdateExpression ?? ""),
  },
  {
    // A value that an item cannot have cancels the transaction, with that reason.
    name: "an empty index key in an update of a transaction fails the request, not the action",
    matches: ({ name }, ours, theirs) =>
      name === "TransactWriteItems" &&
      ours.status === "failed" &&
      /ValidationError/.test(ours.error) &&
      theirs.status === "failed" &&
      theirs.error === "ValidationException",
  },
];

/** The name of a difference that is understood. */
export function knownDifference(operation: Operation, ours: Answer, theirs: Answer): string | undefined {
  return KNOWN.find(({ matches }) => matches(operation, ours, theirs))?.name;
}

function isEmpty(answer: Answer): boolean {
  return answer.status === "succeeded" && keysOf(answer, "output") === "";
}

function keysOf(container: unknown, name: string): string {
  const value: unknown = new Map(Object.entries(Object(container))).get(name);
  return Object.keys(Object(value)).sort().join(",");
}
