import { FanfareError } from "../../errors/index.ts";
import type { Fleet, FleetQueue, FleetSubscriber } from "./types.ts";

/**
 * The subscriber that a name stands for, whichever of its names it is.
 *
 * @throws FanfareError `ConfigurationInvalid` for a name that nobody or several have
 */
export function findSubscriber({ subscribers }: Fleet, name: string): FleetSubscriber {
  const found = subscribers.filter(({ aliases }) => aliases.includes(name));
  const exact = found.filter((each) => each.name === name);
  const [one, ...others] = exact.length > 0 ? exact : found;
  if (one !== undefined && others.length === 0) {
    return one;
  }
  const known = someOf((found.length > 0 ? found : subscribers).map((each) => each.name));
  throw new FanfareError(
    "ConfigurationInvalid",
    found.length > 0 ? `${name} stands for several subscribers` : `there is no subscriber or queue ${name}`,
    {
      field: "queue",
      remedy: known === "" ? "nothing with queues was found here: check profile and Region" : `use one of ${known}`,
    },
  );
}

/** Names in a sentence: a fleet may have hundreds. */
function someOf(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return [...names.slice(0, MOST_NAMES), ...(more > 0 ? [`${more} more: fanfare ps shows them`] : [])].join(", ");
}

const MOST_NAMES = 20;

/** A dead-letter queue, and where its letters go when they are redriven. */
export interface DeadLetterTarget {
  readonly subscriber: FleetSubscriber;
  readonly queue: FleetQueue;
  /** `processing`: the consumer or SQS gave up. `delivery`: SNS could not deliver. */
  readonly kind: "processing" | "delivery";
}

/** Every dead-letter queue of the fleet. */
export function deadLetterTargets({ subscribers }: Pick<Fleet, "subscribers">): readonly DeadLetterTarget[] {
  return subscribers.flatMap((subscriber) => [
    ...(subscriber.deadLetterQueue === undefined
      ? []
      : [{ subscriber, queue: subscriber.deadLetterQueue, kind: "processing" as const }]),
    ...subscriber.subscriptionDeadLetterQueues.map((queue) => ({ subscriber, queue, kind: "delivery" as const })),
  ]);
}

/**
 * The dead-letter queue that a name stands for: its own name, URL or ARN, or a name of its subscriber.
 *
 * @param kind which of a subscriber's dead-letter queues, where the name is the subscriber's. @default "processing"
 * @throws FanfareError `ConfigurationInvalid` for a name that nobody has, or a subscriber without such a queue
 */
export function findDeadLetters(
  fleet: Fleet,
  name: string,
  kind: DeadLetterTarget["kind"] = "processing",
): DeadLetterTarget {
  const targets = deadLetterTargets(fleet);
  const named = targets.find(({ queue }) => [queue.name, queue.url, queue.arn].includes(name));
  if (named !== undefined) {
    return named;
  }
  const subscriber = findSubscriber(fleet, name);
  const own = targets.find((each) => each.subscriber === subscriber && each.kind === kind);
  if (own === undefined) {
    throw new FanfareError(
      "ConfigurationInvalid",
      `${subscriber.name} has no dead-letter queue for what failed in ${kind}`,
      { field: "queue", remedy: `use one of ${someOf(targets.map(({ queue }) => queue.name)) || "none here"}` },
    );
  }
  return own;
}
