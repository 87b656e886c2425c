export { addPermission, removePermission } from "./permissions.ts";
export { listTagsForResource, tagResource, untagResource } from "./tags.ts";
export {
  createTopic,
  deleteTopic,
  getTopicAttributes,
  listTopics,
  maximumMessageSize,
  setTopicAttributes,
} from "./topics.ts";
