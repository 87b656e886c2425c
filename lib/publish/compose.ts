import type { Clock } from "../clock/index.ts";
import { type AnyContract, type ContractEvent, validatePayload } from "../contract/index.ts";
import { callbackTimeout, FanfareError } from "../errors/index.ts";
import { withDeadline } from "../std/index.ts";
import { composeMessage, MAX_DELAY_SECONDS, sendableData, type WireMessage } from "../wire/index.ts";
import type { PublisherSettings, PublishOptions } from "./options.ts";

/** Milliseconds that an async schema may take: behind it, a FIFO target's events wait. */
const VALIDATION_MS = 10_000;

/**
 * Validates the data of one event and composes its message.
 *
 * @throws FanfareError `UnknownEvent`, `SchemaMismatch`, `CallbackFailed`, `CallbackTimeout`, `MessageInvalid`, `AttributeInvalid`,
 *   `TooManyAttributes`; the signal's reason when aborted
 */
export async function composeEvent(
  contract: AnyContract,
  { transport, source, clock }: PublisherSettings,
  name: string,
  data: unknown,
  options: PublishOptions,
): Promise<WireMessage> {
  options.signal?.throwIfAborted();
  const event = eventOf(contract, name);
  if (options.delaySeconds !== undefined) {
    checkDelay(event, options.delaySeconds, transport.delays);
  }
  const sent = sendableData(event.name, data);
  const validating = validatePayload(event, sent);
  const { value } = validating instanceof Promise ? await inTime(clock, event, validating) : validating;
  const time = options.time ?? new Date(clock.now());
  const message = composeMessage(event, source, sent, value, { ...options, time }, transport.ordered);
  if (transport.ordered && message.group === undefined) {
    throw new FanfareError("MessageInvalid", `${name} has no message group, but the target is FIFO`, {
      field: `${name}.group`,
      remedy: "declare group in the contract, or pass the group option to publish",
    });
  }
  return message;
}

/** Waits for an async schema. */
async function inTime<Result>(clock: Clock, { name }: ContractEvent, validating: Promise<Result>): Promise<Result> {
  const late = () => callbackTimeout(`${name}.schema`, VALIDATION_MS);
  return await withDeadline(clock, clock.now() + VALIDATION_MS, late, () => validating);
}

function eventOf(contract: AnyContract, name: string): ContractEvent {
  const event = Object.hasOwn(contract.events, name) ? contract.events[name] : undefined;
  if (event !== undefined) {
    return event;
  }
  throw new FanfareError("UnknownEvent", `contract ${contract.name} has no event ${name}`, {
    field: "name",
    remedy: `publish one of ${Object.keys(contract.events).join(", ")}`,
  });
}

function checkDelay(event: ContractEvent, delaySeconds: number, targetDelays: boolean): void {
  const field = `${event.name}.delaySeconds`;
  if (!targetDelays) {
    throw new FanfareError("MessageInvalid", `${field} is set, but only standard queues delay single messages`, {
      field,
      remedy: "publish to a standard queue, or set the delay of the subscribed queue",
    });
  }
  if (!Number.isSafeInteger(delaySeconds) || delaySeconds < 0 || delaySeconds > MAX_DELAY_SECONDS) {
    throw new FanfareError("MessageInvalid", `${field} is ${delaySeconds}`, {
      field,
      limit: `${MAX_DELAY_SECONDS} seconds`,
      remedy: `use a whole number of seconds from 0 to ${MAX_DELAY_SECONDS}, or EventBridge Scheduler for a longer delay`,
    });
  }
}
