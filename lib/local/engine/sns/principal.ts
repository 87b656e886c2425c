import { type SnsPrincipal, snsPrincipal } from "../../../regions/index.ts";
import { parseArn } from "../kernel/index.ts";
import type { Topic } from "./state.ts";

/** The principal as which SNS sends from a topic to a queue, as the queue's policy sees it. */
export function principalFor(topic: Topic, queueArn: string): SnsPrincipal {
  return snsPrincipal(topic.region, parseArn(queueArn)?.region ?? topic.region);
}
