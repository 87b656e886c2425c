import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { Answer } from "../answer.ts";
import type { World } from "../world.ts";

const NAMES = [
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesNotVisible",
  "ApproximateNumberOfMessagesDelayed",
] as const;

/** What a call has made of the queue: its messages that are visible, in flight and delayed. */
export function counts(world: World, queue: string): Promise<Answer> {
  return world.call(
    () =>
      world.side.sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: world.queueUrl(queue), AttributeNames: [...NAMES] }),
      ),
    ({ Attributes }) => NAMES.map((name) => Number(Attributes?.[name])),
  );
}

/** How many messages a receive could return. */
export function visibleIn(answer: Answer): number {
  const first = "ok" in answer && Array.isArray(answer.ok) ? answer.ok[0] : 0;
  return typeof first === "number" ? first : 0;
}

/** All messages that the queue holds. */
export function totalIn(answer: Answer): number {
  if (!("ok" in answer) || !Array.isArray(answer.ok)) {
    return 0;
  }
  return answer.ok.reduce((sum: number, count) => sum + (typeof count === "number" ? count : 0), 0);
}
