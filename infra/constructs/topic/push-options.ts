import type * as lambda from "aws-cdk-lib/aws-lambda";
import type { AnyContract, EventName } from "../../../lib/contract/index.ts";
import type { AlarmOptions } from "../observability/index.ts";
import type { DeadLetterQueueOptions } from "../queue/index.ts";
import type { FanOutOptions } from "./fan-out-options.ts";

/** Where SNS pushes messages to. */
export type PushTarget =
  /** A function, invoked asynchronously with one record, without claims and partial failures: prefer `fanOut` for work that matters. */
  | { readonly lambda: lambda.IFunction }
  /** An e-mail address, which its owner must confirm. Set `json` for the whole notification instead of the message alone. */
  | { readonly email: string; readonly json?: boolean }
  /** A phone number in the form E.164: `+4915112345678`. */
  | { readonly sms: string }
  /**
   * An HTTPS endpoint, which must confirm the subscription; `verifySnsMessage` of `fanfare/sns` verifies what it receives. Raw messages
   * have no signature.
   */
  | { readonly https: string; readonly raw?: boolean }
  /** ARN of a Firehose stream in the account of the stack. It receives the envelopes, a line each. */
  | { readonly firehose: string };

/** What `push` takes: one target, and what is delivered to it. */
export type PushOptions<C extends AnyContract = AnyContract, Name extends EventName<C> = EventName<C>> = PushTarget &
  Pick<FanOutOptions<C, Name>, "events" | "where" | "whereData" | "filter"> & {
    /** The dead-letter queue of the subscription, for messages that SNS could not deliver. */
    readonly deadLetter?: DeadLetterQueueOptions;
    /**
     * Alarms, or `false` for none.
     * @default those of the topic
     */
    readonly alarms?: AlarmOptions | false;
  };

/** What a push subscriber takes of its options: the target by itself, and what is given of the rest. */
export function withTarget<C extends AnyContract, Name extends EventName<C>>(options: PushOptions<C, Name>) {
  const { events, where, whereData, filter, deadLetter, alarms, ...target } = options;
  return {
    ...(events && { events }),
    ...(where && { where }),
    ...(whereData && { whereData }),
    ...(filter && { filter }),
    ...(deadLetter && { deadLetter }),
    ...(alarms !== undefined && { alarms }),
    target,
  };
}
