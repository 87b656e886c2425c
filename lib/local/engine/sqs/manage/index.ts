export { addPermission, removePermission } from "./permissions.ts";
export {
  createQueue,
  deleteQueue,
  getQueueAttributes,
  getQueueUrl,
  listQueues,
  purgeQueue,
  setQueueAttributes,
} from "./queues.ts";
export { listDeadLetterSourceQueues } from "./redrive-settings.ts";
export { listQueueTags, tagQueue, untagQueue } from "./tags.ts";
