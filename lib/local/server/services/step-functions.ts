import { type JsonObject, objectOf, parseJson } from "../../../std/index.ts";
import { AwsError } from "../../engine/index.ts";
import type { TaskLog, TaskResponse } from "../../tasks/index.ts";
import { readBody } from "../http/body.ts";
import { BODY_LIMITS } from "../limits.ts";
import { headerOf, type Service, type ServiceRequest } from "./service.ts";
import { jsonError, unsupportedOperation } from "./unsupported.ts";

/** Source: Step Functions API Reference, `SendTaskSuccess` and `SendTaskFailure`. */
const MAX = { token: 2_048, output: 262_144, error: 256, cause: 32_768 };

const OPERATIONS = ["SendTaskSuccess", "SendTaskFailure", "SendTaskHeartbeat"];

/** As much of Step Functions' API as consumers use: responses to tasks, which are recorded. */
export function stepFunctionsService(tasks: TaskLog): Service {
  return {
    name: "states",
    async handle(request) {
      const operation = headerOf(request.incoming, "x-amz-target")?.replace(/^.*\./, "") ?? "";
      request.operation = operation;
      if (!OPERATIONS.includes(operation)) {
        throw unsupportedOperation("Step Functions", operation, OPERATIONS, {
          code: "UnsupportedOperation",
          statusCode: 501,
        });
      }
      const text = Buffer.from(await readBody(request.incoming, BODY_LIMITS.message)).toString("utf8");
      const input = objectOf(parseJson(text));
      const token = tokenOf(input);
      const response = responseOf(operation, token, input, request);
      if (tasks.isOver(token)) {
        throw new AwsError("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'");
      }
      if (response === undefined) {
        tasks.addHeartbeat(token);
      } else {
        tasks.add(response);
      }
      return {
        status: 200,
        headers: { "content-type": "application/x-amz-json-1.0", "x-amzn-requestid": request.id },
        body: "{}",
      };
    },
    fail: (error, request) => jsonError(error, request),
  };
}

function tokenOf({ taskToken }: JsonObject): string {
  if (typeof taskToken !== "string" || taskToken === "" || taskToken.length > MAX.token) {
    throw new AwsError("InvalidToken", "Invalid Token: 'Invalid token'");
  }
  return taskToken;
}

/** @returns undefined for a heartbeat */
function responseOf(
  operation: string,
  token: string,
  input: JsonObject,
  { context: { region, accountId } }: ServiceRequest,
): TaskResponse | undefined {
  const task = { token, region, accountId };
  if (operation === "SendTaskSuccess") {
    const text = textOf(input, "output", Number.POSITIVE_INFINITY);
    if (text === undefined || Buffer.byteLength(text) > MAX.output) {
      throw invalid("output", `have a length of at most ${MAX.output}`);
    }
    const output = parseJson(text);
    if (output === undefined) {
      throw new AwsError("InvalidOutput", "Invalid Output: 'The output is not valid JSON'");
    }
    return { ...task, result: "succeeded", output };
  }
  if (operation === "SendTaskFailure") {
    const error = textOf(input, "error", MAX.error) ?? "";
    return { ...task, result: "failed", error, cause: textOf(input, "cause", MAX.cause) ?? "" };
  }
  return undefined;
}

function textOf(input: JsonObject, name: string, maxLength: number): string | undefined {
  const value = input[name];
  if (value === undefined || value === null) {
    return undefined;
  }
  if (typeof value !== "string" || value.length > maxLength) {
    throw invalid(name, `be a string of at most ${maxLength} characters`);
  }
  return value;
}

function invalid(name: string, constraint: string): AwsError {
  return new AwsError(
    "ValidationException",
    `1 validation error detected: Value at '${name}' failed to satisfy constraint: Member must ${constraint}`,
  );
}
