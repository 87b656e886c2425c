export { getDataProtectionPolicy, putDataProtectionPolicy } from "./data-protection.ts";
export { getTopicAttributes } from "./describe.ts";
export { addPermission, removePermission } from "./permissions.ts";
export { listTagsForResource, tagResource, untagResource } from "./tags.ts";
export {
  createTopic,
  deleteTopic,
  listTopics,
  maximumMessageSize,
  setTopicAttributes,
} from "./topics.ts";
