import type { Phase } from "./faults.ts";

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a call to DynamoDB is for: the wrappers use different operations for the same step. */
export function phaseOf(command: string, input: unknown): Phase {
  switch (command) {
    case "PutItemCommand":
      return "claim";
    case "UpdateItemCommand":
      return "complete";
    case "DeleteItemCommand":
      return "release";
    case "GetItemCommand":
    case "BatchGetItemCommand":
      return "read";
    case "TransactWriteItemsCommand":
      return "commit";
    case "BatchExecuteStatementCommand":
      return phaseOfStatement(input);
    default:
      return "other";
  }
}

function phaseOfStatement(input: unknown): Phase {
  const list = isObject(input) && Array.isArray(input.Statements) ? input.Statements : [];
  const first: unknown = list[0];
  const text = isObject(first) ? String(first.Statement) : "";
  if (text.startsWith("INSERT")) {
    return "claim";
  }
  if (text.startsWith("UPDATE")) {
    return "complete";
  }
  return text.includes('"state"') ? "release" : "takeover";
}

/** Takes statements out of a batch on its way. @returns their places, or `undefined` for a request that is no batch */
export function dropStatements(request: unknown, places: readonly number[]): readonly number[] | undefined {
  if (!isObject(request) || !isObject(request.headers)) {
    return undefined;
  }
  const sent: unknown = request.body;
  if (typeof sent !== "string" && !(sent instanceof Uint8Array)) {
    throw new Error("the SDK sends bodies of another kind");
  }
  const body: unknown = JSON.parse(typeof sent === "string" ? sent : new TextDecoder().decode(sent));
  if (!isObject(body) || !Array.isArray(body.Statements)) {
    return undefined;
  }
  const dropped = places.filter((place) => Array.isArray(body.Statements) && place < body.Statements.length);
  body.Statements = body.Statements.filter((_, place) => !dropped.includes(place));
  request.body = JSON.stringify(body);
  request.headers["content-length"] = String(Buffer.byteLength(JSON.stringify(body)));
  return dropped;
}

/** Puts answers of throttling where the dropped statements were. */
export function restoreStatements<Answer>(answer: Answer, dropped: readonly number[]): Answer {
  const output: unknown = isObject(answer) ? answer.output : undefined;
  if (!isObject(output)) {
    return answer;
  }
  const responses = Array.isArray(output.Responses) ? output.Responses : [];
  for (const place of dropped) {
    responses.splice(place, 0, { Error: { Code: "ThrottlingError", Message: "injected: throttled" } });
  }
  output.Responses = responses;
  return answer;
}
