import { backoff, type Clock, sleep } from "../../clock/index.ts";
import { type Credentials, credentialsOfEnvironment } from "./credentials.ts";
import { type HttpResponse, type Post, postTo, type TryLimits } from "./http.ts";
import { outputOf, UnreadableError } from "./response.ts";
import { type Scope, sign } from "./sign.ts";

/** What a client of one service is made of. */
export interface LeanClientOptions extends Scope {
  readonly endpoint: string;
  /** The service's name in `X-Amz-Target`: `DynamoDB_20120810`. */
  readonly target: string;
  readonly limits: TryLimits;
  /** Tries of a call at most, the first included. */
  readonly maxAttempts: number;
  readonly clock: Clock;
  /** Whether a call that failed may succeed when it is sent again. */
  readonly isTransient: (error: unknown) => boolean;
  /** Sends each try. @default over HTTP; the simulator and the conformance suite have networks with faults */
  readonly post?: Post;
  /** @default those of the environment, read for each try */
  readonly credentials?: () => Credentials;
}

/** What one call takes besides its input. */
export interface SendOptions {
  readonly abortSignal: AbortSignal;
}

/** Sends operations of one service. */
export interface LeanClient {
  /**
   * @returns the operation's output as the API Reference describes it, which is not checked: `Output` is the caller's word for it
   * @throws ServiceError as the service says; `TimeoutError` and Node's errors of lost connections; the signal's reason
   */
  send<Output extends object>(operation: string, input: object, options: SendOptions): Promise<Output>;
}

/** Milliseconds of the pauses between tries, before jitter; after throttling the first. Source: the SDK's "standard" retry mode. */
const PAUSE = { base: 50, throttled: 1_000, cap: 20_000 };

/** Retries stop while most calls fail: each costs so many tokens, and each success brings some back. Source: as above. */
const QUOTA = { tokens: 500, retry: 14, throttled: 5 };

/** Milliseconds by which the clocks of AWS and of this machine may differ without a correction: AWS refuses five minutes. */
const MAX_SKEW_MS = 240_000;

/**
 * A client for services with the protocol AWS JSON 1.0: it signs with the keys of the environment, and retries what is transient.
 *
 * @param options see {@link LeanClientOptions}
 */
export function leanClient(options: LeanClientOptions): LeanClient {
  const { clock, maxAttempts, isTransient } = options;
  const endpoint = new URL(options.endpoint);
  const post = options.post ?? postTo(endpoint, clock);
  /** Milliseconds that AWS's clock is ahead of this one. */
  let skewMs = 0;
  let tokens = QUOTA.tokens;

  async function attempt(operation: string, body: Buffer, signal: AbortSignal): Promise<object> {
    const credentials = (options.credentials ?? credentialsOfEnvironment)();
    const skewUsed = skewMs;
    const headers = headersOf(operation, body, credentials, clock.now() + skewUsed);
    const response = await post({ headers, body }, options.limits, signal);
    try {
      return outputOf(response, credentials);
    } catch (error) {
      throw correctSkew(response, skewUsed)
        ? Object.assign(asError(error), { $retryable: { throttling: false } })
        : error;
    }
  }

  function headersOf(operation: string, body: Buffer, keys: Credentials, time: number): Record<string, string> {
    const headers = {
      host: endpoint.host,
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `${options.target}.${operation}`,
    };
    const request = { method: "POST", path: endpoint.pathname, headers, body };
    const trace = traceId();
    return {
      ...sign(request, keys, options, time),
      "user-agent": "fanfare",
      ...(trace === undefined ? {} : { "x-amzn-trace-id": trace }),
    };
  }

  /** Follows AWS's clock where the refused request had another time by far. Returns whether it had. */
  function correctSkew({ headers }: HttpResponse, used: number): boolean {
    const measured = Date.parse(headers.date ?? "") - clock.now();
    // A response with an age comes from a cache, and its date is that of another one.
    const skewed = headers.age === undefined && Math.abs(measured - used) >= MAX_SKEW_MS;
    skewMs = skewed ? measured : skewMs;
    return skewed;
  }

  return {
    async send<Output extends object>(operation: string, input: object, { abortSignal }: SendOptions): Promise<Output> {
      const body = Buffer.from(hasBytes(input) ? JSON.stringify(input, binaryAsBase64) : JSON.stringify(input));
      for (let attempts = 1; ; attempts += 1) {
        try {
          const output = await attempt(operation, body, abortSignal);
          tokens = Math.min(QUOTA.tokens, tokens + (attempts === 1 ? 1 : QUOTA.retry));
          return output as Output;
        } catch (error) {
          abortSignal.throwIfAborted();
          const throttled = isThrottled(error);
          const cost = throttled ? QUOTA.throttled : QUOTA.retry;
          const isLast = attempts >= maxAttempts || tokens < cost;
          if (isLast || (error instanceof UnreadableError && error.isSuccess) || !isTransient(error)) {
            noteAttempts(error, attempts);
            throw error;
          }
          tokens -= cost;
          await sleep(
            clock,
            backoff(clock, attempts, throttled ? PAUSE.throttled : PAUSE.base, PAUSE.cap),
            abortSignal,
          );
        }
      }
    },
  };
}

/** Whether there is a binary attribute. Without one, JSON is written in a third of the time. */
function hasBytes(value: unknown): boolean {
  if (typeof value !== "object" || value === null) {
    return false;
  }
  if (Array.isArray(value)) {
    return value.some(hasBytes);
  }
  if (value instanceof Uint8Array) {
    return true;
  }
  for (const name in value) {
    if (hasBytes(value[name as keyof typeof value])) {
      return true;
    }
  }
  return false;
}

/** Binary attributes are bytes here and base64 on the wire. A buffer comes as the object that its own `toJSON` makes. */
function binaryAsBase64(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const raw = this[key];
  return raw instanceof Uint8Array ? Buffer.from(raw).toString("base64") : value;
}

/** Lambda finds functions that call themselves through queues by this id. Source: Lambda Developer Guide, "Recursive loop detection". */
function traceId(): string | undefined {
  return process.env.AWS_LAMBDA_FUNCTION_NAME ? process.env._X_AMZN_TRACE_ID || undefined : undefined;
}

function isThrottled(error: unknown): boolean {
  return error instanceof Error && /throttl|TooManyRequests|LimitExceeded|ThroughputExceeded/i.test(error.name);
}

function noteAttempts(error: unknown, attempts: number): void {
  if (error instanceof Error && "$metadata" in error && typeof error.$metadata === "object") {
    Object.assign(error.$metadata ?? {}, { attempts });
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
