import { AwsError } from "../../kernel/index.ts";
import { findTopic, requireArn } from "../lookup.ts";
import type { SnsHandler } from "../operations.ts";
import { checkTopicAttribute } from "./topic-attributes.ts";

/** Stores the policy of message data protection; messages are not inspected. @throws AwsError InvalidParameter, NotFound */
export const putDataProtectionPolicy: SnsHandler<"PutDataProtectionPolicy"> = (state, context, input) => {
  const topic = findTopic(state, context, input.ResourceArn, "PutDataProtectionPolicy", "ResourceArn");
  const policy = input.DataProtectionPolicy ?? "";
  if (policy === "") {
    topic.attributes.delete("DataProtectionPolicy");
    return {};
  }
  checkTopicAttribute("DataProtectionPolicy", policy, { isFifo: topic.isFifo, isNew: false });
  topic.attributes.set("DataProtectionPolicy", policy);
  return {};
};

/** @throws AwsError NotFound for a topic that does not exist, and for one without such a policy */
export const getDataProtectionPolicy: SnsHandler<"GetDataProtectionPolicy"> = (state, context, input) => {
  requireArn(input.ResourceArn, "ResourceArn");
  const topic = findTopic(state, context, input.ResourceArn, "GetDataProtectionPolicy", "ResourceArn");
  const policy = topic.attributes.get("DataProtectionPolicy");
  if (policy === undefined) {
    throw new AwsError("NotFound", "Data protection policy does not exist", { statusCode: 404 });
  }
  return { DataProtectionPolicy: policy };
};
