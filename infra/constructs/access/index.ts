/** Permissions, keys, and the environment that goes with them. */
export { allowAlarmsOnTopic, topicBehind } from "./alarm-actions.ts";
export { definedFunctionOf } from "./defined-function.ts";
export {
  allowTopicOnKey,
  ENCRYPT_ACTIONS,
  grantDecrypt,
  grantEncrypt,
  refuseManagedKey,
  type SendingTopic,
  snsStatement,
} from "./encryption.ts";
export { warnOfImmutableRole } from "./immutable-role.ts";
export { missingStatement } from "./imported-policy.ts";
export { allowLogsOnKey, warnOfImportedLogsKey } from "./logs-key.ts";
export { grantPublishing } from "./publish-grant.ts";
export { jsonOf } from "./statements.ts";
