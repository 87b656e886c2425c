import { randomUUID } from "node:crypto";
import type { Context, SQSRecord } from "aws-lambda";
import { readBatchResponse } from "../../../lib/local/pollers/index.ts";
import { Line, type LineMode } from "../../support/line.ts";
import { type Call, type Clients, createClients, createLeanClients } from "./clients.ts";
import { withClockShifted } from "./clock.ts";
import { Faults } from "./faults.ts";
import { isObject } from "./statements.ts";
import type { ConsumerSpec, LambdaHandler, Wrapper } from "./wrapper.ts";

/** How an invocation ended, as Lambda's event source mapping sees it. */
export interface Result {
  /** `killed`: the time was over before there was an answer, or the worker died. */
  readonly kind: "answered" | "threw" | "killed";
  /** Message ids to be delivered again, in the order of the answer; all of them after a throw, a kill or an answer that Lambda refuses. */
  readonly failed: readonly string[];
  /** What went wrong with the invocation as a whole. */
  readonly trouble: string | undefined;
  readonly milliseconds: number;
}

/** How a worker is invoked. */
export interface InvokeOptions {
  /** Milliseconds until Lambda ends the invocation. @default 30,000 */
  readonly timeoutMs?: number;
  /** How far the worker's clock is ahead of the others'. @default 0 */
  readonly aheadMs?: number;
}

/** One execution environment with a wrapped handler: its own clients, faults and clock. */
export class Worker {
  readonly store = new Faults();
  readonly sqs = new Faults();
  readonly s3 = new Faults();
  /** What the wrapper reported of failed records. */
  readonly reported: string[] = [];
  readonly #clients: Clients;
  readonly #handler: LambdaHandler;
  readonly #lines: Line[] = [];

  constructor(wrapper: Wrapper, spec: ConsumerSpec, endpoints: { server: string; dynamodb: string }) {
    this.#clients = (wrapper.client === "lean" ? createLeanClients : createClients)(endpoints, this);
    this.#handler = wrapper.build(spec, this.#clients, (text) => this.reported.push(text));
  }

  /** Calls of one command that the worker made so far. */
  calls(command: string): readonly Call[] {
    return this.#clients.calls.filter((call) => call.command === command);
  }

  get clients(): Clients {
    return this.#clients;
  }

  /** From now on S3 takes requests and does not answer, until their caller gives up. */
  stallS3(): void {
    const { requestHandler } = this.#clients.s3.config;
    requestHandler.handle = (_request: unknown, options?: unknown) =>
      new Promise<never>((_resolve, reject) => {
        const signal = isObject(options) ? options.abortSignal : undefined;
        if (!(signal instanceof AbortSignal)) {
          return;
        }
        const aborted = Object.assign(new Error("Request aborted"), { name: "AbortError" });
        signal.addEventListener("abort", () => reject(aborted));
      });
  }

  /** From now on every service is reached over a network that is broken in this way. */
  async cutNetwork(mode: LineMode): Promise<void> {
    const line = await Line.to("http://127.0.0.1:9");
    line.mode = mode;
    this.#lines.push(line);
    this.#clients.redirect(line.endpoint);
  }

  /** The process is gone: nothing that it is about to do happens any more. */
  kill(): void {
    for (const faults of [this.store, this.sqs, this.s3]) {
      faults.die();
    }
  }

  /** Invokes the function as Lambda does, and reads its answer by Lambda's rules. Never throws. */
  async invoke(records: readonly SQSRecord[], options: InvokeOptions = {}): Promise<Result> {
    const { timeoutMs = 30_000, aheadMs = 0 } = options;
    const started = performance.now();
    const all = records.map((record) => record.messageId);
    const ended = (kind: Result["kind"], failed: readonly string[], trouble?: string): Result => {
      return { kind, failed, trouble, milliseconds: performance.now() - started };
    };
    const run = async (): Promise<Result> => {
      const endsAt = started + timeoutMs;
      const context = lambdaContext(() => Math.max(0, endsAt - performance.now()));
      // Lambda hands over JSON: nothing is shared between invocations.
      const event = { Records: structuredClone([...records]) };
      const answer = await withClockShifted(aheadMs, () => this.#handler(event, context));
      const text = JSON.stringify(answer) ?? null;
      const verdict = readBatchResponse(text, new Set(all));
      return verdict.kind === "partial"
        ? ended("answered", [...verdict.failed])
        : ended("answered", all, `Lambda refuses the answer: ${verdict.reason}`);
    };
    return await new Promise<Result>((resolve) => {
      const timer = setTimeout(() => {
        this.kill();
        resolve(ended("killed", all, `no answer in ${timeoutMs} ms`));
      }, timeoutMs);
      const watch = setInterval(() => {
        if (this.store.dead || this.sqs.dead || this.s3.dead) {
          finish(ended("killed", all, "the worker died"));
        }
      }, 2);
      const finish = (result: Result) => {
        clearTimeout(timer);
        clearInterval(watch);
        resolve(result);
      };
      run().then(finish, (error: unknown) => finish(ended("threw", all, `the handler threw ${name(error)}`)));
    });
  }

  close(): void {
    this.#clients.close();
    for (const line of this.#lines) {
      void line.close();
    }
  }
}

function name(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message.split("\n", 1)[0]?.slice(0, 80)}` : String(error);
}

function lambdaContext(remaining: () => number): Context {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: "conformance",
    functionVersion: "$LATEST",
    invokedFunctionArn: "arn:aws:lambda:eu-central-1:000000000000:function:conformance",
    memoryLimitInMB: "256",
    awsRequestId: randomUUID(),
    logGroupName: "/aws/lambda/conformance",
    logStreamName: "conformance",
    getRemainingTimeInMillis: remaining,
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}
