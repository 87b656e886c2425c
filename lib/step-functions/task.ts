import { type Call, callsOf, type TaskClient, taskClientLoader } from "../aws/index.ts";
import { systemClock } from "../clock/index.ts";
import { describeError, FanfareError } from "../errors/index.ts";
import { tokenIn } from "./token.ts";

/** What a handler has of its message: its context, or an item of a batch. */
export interface TaskMessage {
  readonly record: { readonly body: string };
  /** Ends the calls to Step Functions early. */
  readonly signal?: AbortSignal;
}

/** Options of {@link taskOf}. */
export interface TaskOptions {
  /**
   * The token, where it is not in the envelope but, for instance, in the payload.
   * @default `tasktoken` of the envelope, which `stepFunctionsTask` of the constructs writes
   */
  readonly token?: string | undefined;
  /**
   * `new SFN({})` of `@aws-sdk/client-sfn`. Needed where the keys are not in the environment, as on ECS.
   * @default a client of Fanfare's own
   */
  readonly client?: TaskClient;
}

/**
 * A task of Step Functions that waits for its response. Each function returns `false` if the task is over: it has its response
 * already, as in a redelivery after the first one, or its time was up, or the execution was stopped.
 */
export interface Task {
  readonly token: string;
  /**
   * Ends the task. The execution continues with the output.
   *
   * @param output as JSON at most 262,144 bytes (Step Functions API Reference, `SendTaskSuccess`). Default: null
   * @throws FanfareError `Permanent` for what is not JSON or is too long, and for a token that Step Functions does not accept; what AWS
   *   refuses, such as `AccessDeniedException`
   */
  succeed(output?: unknown): Promise<boolean>;
  /**
   * Ends the task with an error, for `Retry` and `Catch` of the state: they compare the error's name.
   *
   * @param error its name is cut at 256 characters, its message at 32,768 (Step Functions API Reference, `SendTaskFailure`)
   */
  fail(error: unknown): Promise<boolean>;
  /** Says that the task is alive, within the `heartbeatTimeout` of the state. */
  heartbeat(): Promise<boolean>;
}

/** Limits of responses. Source: Step Functions API Reference, `SendTaskSuccess` and `SendTaskFailure`. */
const MAX = { outputBytes: 262_144, errorCharacters: 256, causeCharacters: 32_768 };

/** Errors of tasks that wait no longer. Source: as above. */
const OVER = new Set(["TaskTimedOut", "TaskDoesNotExist"]);

const ownClient = taskClientLoader(systemClock);

/**
 * Returns the task of Step Functions that a message belongs to; `undefined` for a message of another publisher.
 *
 * ```ts
 * ChargeCard: async (order, ctx) => {
 *   await taskOf(ctx)?.succeed(await charge(order));
 * }
 * ```
 */
export function taskOf({ record, signal }: TaskMessage, options: TaskOptions = {}): Task | undefined {
  const taskToken = options.token ?? tokenIn(record.body);
  if (taskToken === undefined) {
    return undefined;
  }
  const { client } = options;
  const load = client === undefined ? ownClient : async () => callsOf(client, systemClock);
  const respond = async (send: Parameters<Call<TaskClient>>[0]) => {
    const call = await load();
    return await isTaken(call(send, { signal }));
  };
  return {
    token: taskToken,
    succeed: async (output = null) => {
      const text = outputText(output);
      return await respond((sfn, limits) => sfn.sendTaskSuccess({ taskToken, output: text }, limits));
    },
    fail: (thrown) => {
      const { name, message } = describeError(thrown);
      const error = name.slice(0, MAX.errorCharacters);
      const cause = message.slice(0, MAX.causeCharacters);
      return respond((sfn, limits) => sfn.sendTaskFailure({ taskToken, error, cause }, limits));
    },
    heartbeat: () => respond((sfn, limits) => sfn.sendTaskHeartbeat({ taskToken }, limits)),
  };
}

/** Waits for a response to be taken. Returns whether the task still waited for it. */
async function isTaken(response: Promise<unknown>): Promise<boolean> {
  try {
    await response;
    return true;
  } catch (cause) {
    const { name, message } = describeError(cause);
    if (OVER.has(name)) {
      return false;
    }
    if (name === "InvalidToken") {
      throw new FanfareError("Permanent", `Step Functions does not accept the task token: ${message}`, {
        field: "token",
        remedy: "send the token of the context object unchanged: $$.Task.Token, in the Region of the consumer",
        cause,
      });
    }
    throw cause;
  }
}

function outputText(output: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(output);
  } catch (cause) {
    throw invalidOutput("the output of the task cannot be written as JSON", { cause });
  }
  if (text === undefined) {
    throw invalidOutput(`the output of the task is a ${typeof output}, which JSON does not have`);
  }
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX.outputBytes) {
    throw invalidOutput(`the output of the task has ${bytes} bytes`, { limit: `${MAX.outputBytes} bytes` });
  }
  return text;
}

function invalidOutput(message: string, details: { limit?: string; cause?: unknown } = {}): FanfareError {
  const remedy = "return what is needed only, or store it and return where";
  return new FanfareError("Permanent", message, { field: "output", remedy, ...details });
}
