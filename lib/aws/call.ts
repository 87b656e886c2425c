import type { Clock } from "../clock/index.ts";
import { withDeadline } from "../std/index.ts";

/** What one call may take. */
export interface CallLimits {
  /** Milliseconds for the whole call: the SDK's own tries and the reading of the body included. @default 10,000 */
  readonly ms?: number | undefined;
  /** Milliseconds for one try of the SDK, up to the head of the response. @default what the service's client is made with */
  readonly tryMs?: number | undefined;
  /** Ends the call early. */
  readonly signal?: AbortSignal | undefined;
}

/** What `client.send` takes besides the command, so that it ends when the call does. */
export interface SendOptions {
  readonly abortSignal: AbortSignal;
  readonly requestTimeout?: number;
}

/** Makes one call with a client. It ends in time, whatever the network, the SDK or the user's own client does. */
export type Call<Client> = <Result>(
  send: (client: Client, options: SendOptions) => Promise<Result>,
  limits?: CallLimits,
) => Promise<Result>;

/** Milliseconds that a call may take where its caller sets no limit. */
const CALL_MS = 10_000;

/**
 * AWS did not respond in time. The call counts as lost: it may have been carried out or not, and is sent again under the same ids.
 * Named like the SDK's own error of a try that ran out.
 */
export class CallTimeoutError extends Error {
  constructor(ms: number) {
    super(`no response within ${ms} ms`);
    this.name = "TimeoutError";
  }
}

/**
 * Makes the calls of one client.
 *
 * @returns a function that throws what `send` throws, {@link CallTimeoutError} when the time is up, and the signal's reason when
 *   it is aborted before the call
 */
export function callsOf<Client>(client: Client, clock: Clock): Call<Client> {
  return async (send, { ms = CALL_MS, tryMs, signal } = {}) => {
    signal?.throwIfAborted();
    const late = () => new CallTimeoutError(ms);
    const options = tryMs === undefined ? {} : { requestTimeout: tryMs };
    return await withDeadline(
      clock,
      clock.now() + ms,
      late,
      (abortSignal) => send(client, { abortSignal, ...options }),
      signal,
    );
  };
}
