import type { Place } from "../../local/common/index.ts";
import type { Deployment } from "../../local/index.ts";
import { ENVIRONMENT } from "../../names/index.ts";
import { objectOf, parseJson } from "../../std/index.ts";
import { TestAppError } from "./errors.ts";

/** A queue of the app that takes events, with its consumer. */
export interface AppSubscriber {
  /** Its name in error messages: the consumer's name, else the construct's path, else the queue's name. */
  readonly title: string;
  /** Name of Fanfare's consumer, as the constructs set it: `orders.Billing`. */
  readonly consumer: string | undefined;
  /** Construct path of the subscriber: `Shop/Orders/Billing`. */
  readonly path: string | undefined;
  readonly queueName: string;
  readonly queueArn: string;
  readonly queueUrl: string;
  readonly deadLetterQueueArn: string | undefined;
  /** `bucket/prefix` of the payloads that the consumer may read. */
  readonly payloadSources: string | undefined;
  readonly functionName: string | undefined;
  readonly place: Place;
}

/** All queues of a deployment, except the dead-letter queues. */
export function subscribersOf(deployment: Deployment): readonly AppSubscriber[] {
  const queues = deployment.ofType("AWS::SQS::Queue");
  const deadLetterArns = new Set(
    deployment.resources.flatMap(({ properties }) => deadLetterArnOf(properties.values.RedrivePolicy) ?? []),
  );
  return queues.flatMap((queue) => {
    const { arn } = queue;
    if (arn === undefined || deadLetterArns.has(arn)) {
      return [];
    }
    const mapping = deployment.mappings.find(({ configuration }) => configuration.queueArn === arn)?.configuration;
    const functionName = mapping?.functionName;
    const environment = deployment.functions.find((each) => each.configuration.functionName === functionName)
      ?.configuration.environment;
    const consumer = environment?.[ENVIRONMENT.consumer];
    const path = queue.path?.replace(/\/Resource$/, "").replace(/\/Queue$/, "");
    const queueName = arn.slice(arn.lastIndexOf(":") + 1);
    return {
      title: consumer ?? path ?? queueName,
      consumer,
      path,
      queueName,
      queueArn: arn,
      queueUrl: queue.physicalId,
      deadLetterQueueArn: deadLetterArnOf(queue.properties.values.RedrivePolicy),
      payloadSources: environment?.[ENVIRONMENT.payloadSources],
      functionName,
      place: queue.place,
    };
  });
}

/** Ways in which a name can mean a subscriber, the most specific first. */
const MATCHERS: readonly ((subscriber: AppSubscriber, name: string) => boolean)[] = [
  ({ consumer }, name) => consumer === name,
  ({ queueName, queueArn, queueUrl }, name) => [queueName, queueArn, queueUrl].includes(name),
  ({ path }, name) => path === name,
  ({ path }, name) => path?.endsWith(`/${name}`) === true,
  ({ consumer }, name) => consumer?.endsWith(`.${name}`) === true,
];

/**
 * Finds a subscriber by the name of its consumer (`orders.Billing`), the end of its construct path (`Billing`,
 * `Orders/Billing`), or its queue's name.
 *
 * @throws TestAppError `NotFound` when there is none, or more than one
 */
export function findSubscriber(subscribers: readonly AppSubscriber[], name: string): AppSubscriber {
  for (const matches of MATCHERS) {
    const found = subscribers.filter((subscriber) => matches(subscriber, name));
    const [only, another] = found;
    if (only !== undefined && another === undefined) {
      return only;
    }
    if (only !== undefined) {
      throw new TestAppError("NotFound", `${name} means more than one subscriber: ${titles(found)}`, {
        remedy: "give more of the construct's path",
      });
    }
  }
  throw new TestAppError("NotFound", `there is no subscriber ${name}; there are: ${titles(subscribers) || "none"}`);
}

function titles(subscribers: readonly AppSubscriber[]): string {
  return subscribers
    .map(({ title, path }) => (path === undefined || path === title ? title : `${title} (${path})`))
    .join(", ");
}

/** Redrive policies are objects, or strings of JSON. */
function deadLetterArnOf(policy: unknown): string | undefined {
  const { deadLetterTargetArn } = objectOf(typeof policy === "string" ? parseJson(policy) : policy);
  return typeof deadLetterTargetArn === "string" ? deadLetterTargetArn : undefined;
}
