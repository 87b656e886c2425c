import { setTimeout as delay } from "node:timers/promises";
import { parseJson } from "../../std/index.ts";
import { describeError, LocalError } from "../common/index.ts";
import type { FunctionConfiguration } from "./configuration.ts";
import type { Invocation, LocalFunction } from "./local-function.ts";

/** How often a failed event is tried again, where nothing else is configured. Source: Lambda Developer Guide, "Asynchronous invocation". */
const DEFAULT_RETRIES = 2;

/** Waits before the retries, in milliseconds. Lambda waits one minute and two minutes. */
const RETRY_DELAYS_MS = [1_000, 2_000] as const;

/** `AWS::Lambda::EventInvokeConfig` of a function. */
export interface AsyncConfiguration {
  readonly functionName: string;
  /** 0 to 2. */
  readonly maximumRetryAttempts: number | undefined;
  readonly onSuccess: string | undefined;
  readonly onFailure: string | undefined;
}

/** How an asynchronous invocation ended, for logs. */
export interface AsyncResult {
  readonly functionName: string;
  readonly requestId: string;
  readonly durationMs: number;
  /** Why it failed, after all retries. */
  readonly error: string | undefined;
}

export interface AsyncInvocationsOptions {
  readonly functionOf: (functionName: string) => LocalFunction | undefined;
  readonly configurationOf: (functionName: string) => AsyncConfiguration | undefined;
  /** Sends to a destination or a dead-letter queue. */
  readonly send: (targetArn: string, text: string, attributes?: Readonly<Record<string, string>>) => Promise<void>;
  readonly onResult: (result: AsyncResult) => void;
  /** Called with what a destination refuses. */
  readonly onProblem: (message: string) => void;
}

/** Asynchronous invocations: events that are accepted at once, tried again when they fail, and reported to destinations. */
export class AsyncInvocations {
  readonly #options: AsyncInvocationsOptions;
  readonly #closing = new AbortController();
  #pending = 0;

  constructor(options: AsyncInvocationsOptions) {
    this.#options = options;
  }

  /** Events that are not finished: waiting, running or about to be tried again. */
  get pending(): number {
    return this.#pending;
  }

  /**
   * Accepts an event and returns.
   *
   * @throws LocalError `NotFound`
   */
  start(functionName: string, payload: unknown): void {
    const target = this.#options.functionOf(functionName);
    if (target === undefined) {
      throw new LocalError("NotFound", `no stack of the app has the function ${functionName}`);
    }
    this.#pending += 1;
    void this.#run(target, payload).finally(() => {
      this.#pending -= 1;
    });
  }

  /** No retries from now on. */
  close(): void {
    this.#closing.abort();
  }

  /** Never rejects. */
  async #run(target: LocalFunction, payload: unknown): Promise<void> {
    const { functionName } = target.configuration;
    const { maximumRetryAttempts = DEFAULT_RETRIES } = this.#options.configurationOf(functionName) ?? {};
    try {
      for (let attempt = 1; ; attempt += 1) {
        const invocation = await target.invoke(payload);
        if (invocation.status === "succeeded" || attempt > maximumRetryAttempts) {
          await this.#finish(target.configuration, payload, invocation, attempt);
          return;
        }
        await delay(RETRY_DELAYS_MS[attempt - 1], undefined, { signal: this.#closing.signal });
      }
    } catch (error) {
      if (!this.#closing.signal.aborted) {
        this.#options.onResult({ functionName, requestId: "", durationMs: 0, error: describeError(error) });
      }
    }
  }

  async #finish(
    configuration: FunctionConfiguration,
    payload: unknown,
    invocation: Invocation,
    attempts: number,
  ): Promise<void> {
    const { functionName, deadLetterTargetArn } = configuration;
    const { requestId, durationMs } = invocation;
    const { onSuccess, onFailure } = this.#options.configurationOf(functionName) ?? {};
    const failure = invocation.status === "failed" ? invocation.error : undefined;
    const error = failure === undefined ? undefined : `${failure.errorType}: ${failure.errorMessage}`;
    this.#options.onResult({ functionName, requestId, durationMs, error });
    const destination = failure === undefined ? onSuccess : onFailure;
    if (destination !== undefined) {
      await this.#deliver(destination, JSON.stringify(recordOf(configuration, payload, invocation, attempts)));
    }
    if (failure !== undefined && deadLetterTargetArn !== undefined) {
      const attributes = { RequestID: requestId, ErrorCode: "200", ErrorMessage: failure.errorMessage.slice(0, 1_024) };
      await this.#deliver(deadLetterTargetArn, JSON.stringify(payload) ?? "null", attributes);
    }
  }

  async #deliver(targetArn: string, text: string, attributes?: Readonly<Record<string, string>>): Promise<void> {
    try {
      await this.#options.send(targetArn, text, attributes);
    } catch (error) {
      this.#options.onProblem(`${targetArn} did not get the result of an invocation: ${describeError(error)}`);
    }
  }
}

/** What a destination gets. Source: Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations". */
function recordOf(
  { functionArn }: FunctionConfiguration,
  requestPayload: unknown,
  invocation: Invocation,
  approximateInvokeCount: number,
): object {
  const isFailed = invocation.status === "failed";
  return {
    version: "1.0",
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId: invocation.requestId,
      functionArn: `${functionArn}:$LATEST`,
      condition: isFailed ? "RetriesExhausted" : "Success",
      approximateInvokeCount,
    },
    requestPayload,
    responseContext: {
      statusCode: 200,
      executedVersion: "$LATEST",
      ...(isFailed ? { functionError: "Unhandled" } : {}),
    },
    responsePayload: isFailed ? invocation.error : invocation.response === null ? null : parseJson(invocation.response),
  };
}
