/** Permissions, keys, and the environment that goes with them. */
export { allowAlarmsOnTopic, topicBehind } from "./alarm-actions.ts";
export { grantCrossEnvironmentKey } from "./cross-environment-key.ts";
export { definedFunctionOf } from "./defined-function.ts";
export {
  allowTopicOnKey,
  ENCRYPT_ACTIONS,
  grantDecrypt,
  grantEncrypt,
  grantKey,
  refuseKeyOfOtherRegion,
  refuseManagedKey,
  SENDER_ACTIONS,
  type SendingTopic,
  snsStatement,
} from "./encryption.ts";
export { warnOfImmutableRole } from "./immutable-role.ts";
export { addToPolicy, missingStatement, warnOfImportedPolicies } from "./imported-policy.ts";
export { allowLogsOnKey, warnOfImportedLogsKey } from "./logs-key.ts";
export { refuseUnnamed } from "./named-resource.ts";
export { grantPublishing } from "./publish-grant.ts";
export { queueUrlFor } from "./publisher-environment.ts";
export { jsonOf, viaService } from "./statements.ts";
