import type { Tag } from "@aws-sdk/client-sns";
import { AwsError, type CallContext } from "../../kernel/index.ts";
import { invalidParameter } from "../errors.ts";
import { SNS_LIMITS } from "../limits.ts";
import { requireArn } from "../lookup.ts";
import type { SnsHandler } from "../operations.ts";
import type { SnsState, Topic } from "../state.ts";

/**
 * Tags as a call gives them, checked.
 *
 * @throws AwsError InvalidParameter for a key given twice, or a key or value that is too long
 */
export function parseTags(tags: readonly Tag[]): Map<string, string> {
  const { keyCharacters, valueCharacters } = SNS_LIMITS.tags;
  const parsed = new Map<string, string>();
  for (const { Key: key = "", Value: value = "" } of tags) {
    if (key === "" || key.length > keyCharacters || key.startsWith("aws:")) {
      throw invalidParameter(
        `Tags Reason: the key "${key}" must have 1 to ${keyCharacters} characters and no prefix aws:`,
      );
    }
    if (value.length > valueCharacters) {
      throw invalidParameter(`Tags Reason: the value of "${key}" must have at most ${valueCharacters} characters`);
    }
    if (parsed.has(key)) {
      throw invalidParameter("Duplicated keys are not allowed.");
    }
    parsed.set(key, value);
  }
  return parsed;
}

export const tagResource: SnsHandler<"TagResource"> = (state, context, input) => {
  const topic = taggedTopic(state, context, input.ResourceArn);
  const added = parseTags(input.Tags ?? []);
  const count = new Set([...topic.tags.keys(), ...added.keys()]).size;
  if (count > SNS_LIMITS.tags.count) {
    throw new AwsError(
      "TagLimitExceeded",
      `Could not complete request: tag quota of per resource exceeded: ${count} tags, at most ${SNS_LIMITS.tags.count}`,
    );
  }
  for (const [key, value] of added) {
    topic.tags.set(key, value);
  }
  return {};
};

export const untagResource: SnsHandler<"UntagResource"> = (state, context, input) => {
  const topic = taggedTopic(state, context, input.ResourceArn);
  for (const key of input.TagKeys ?? []) {
    topic.tags.delete(key);
  }
  return {};
};

export const listTagsForResource: SnsHandler<"ListTagsForResource"> = (state, context, input) => {
  const topic = taggedTopic(state, context, input.ResourceArn);
  return { Tags: [...topic.tags].map(([Key, Value]) => ({ Key, Value })) };
};

function taggedTopic(state: SnsState, context: CallContext, resourceArn: string | undefined): Topic {
  const arn = requireArn(resourceArn, "ResourceArn");
  const topic = state.topics.get(resourceArn ?? "");
  if (topic === undefined || arn.region !== context.region || arn.accountId !== context.accountId) {
    throw new AwsError("ResourceNotFound", "Resource does not exist", { statusCode: 404 });
  }
  return topic;
}
