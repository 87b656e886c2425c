import { invalidParameterValue } from "../errors.ts";
import { required } from "../input.ts";
import { MAXIMUM_TAGS } from "../limits.ts";
import type { SqsHandler } from "../operations.ts";
import type { Queue } from "../queue/index.ts";

export const tagQueue: SqsHandler<"TagQueue"> = (state, context, input) => {
  const queue = state.require(context, input.QueueUrl);
  setTags(queue, required("Tags", input.Tags));
  return {};
};

export const untagQueue: SqsHandler<"UntagQueue"> = (state, context, input) => {
  const queue = state.require(context, input.QueueUrl);
  for (const key of required("TagKeys", input.TagKeys)) {
    queue.tags.delete(key);
  }
  return {};
};

export const listQueueTags: SqsHandler<"ListQueueTags"> = (state, context, input) => {
  const queue = state.require(context, input.QueueUrl);
  return queue.tags.size > 0 ? { Tags: Object.fromEntries(queue.tags) } : {};
};

/** Adds tags; a known key gets the new value. Throws `InvalidParameterValue` when they would become too many. */
export function setTags(queue: Queue, tags: Readonly<Record<string, string>>): void {
  const added = Object.keys(tags).filter((key) => !queue.tags.has(key)).length;
  if (queue.tags.size + added > MAXIMUM_TAGS) {
    throw invalidParameterValue(
      `Too many tags added for queue ${queue.address.name}: at most ${MAXIMUM_TAGS} are allowed.`,
    );
  }
  for (const [key, value] of Object.entries(tags)) {
    queue.tags.set(key, value);
  }
}
