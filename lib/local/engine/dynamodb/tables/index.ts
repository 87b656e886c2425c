export { createTable, deleteTable, describeTable, listTables } from "./create-table.ts";
export {
  describeContinuousBackups,
  describeLimits,
  describeTimeToLive,
  updateContinuousBackups,
  updateTimeToLive,
} from "./settings.ts";
export { listTagsOfResource, tagResource, untagResource } from "./tags.ts";
export { updateTable } from "./update-table.ts";
