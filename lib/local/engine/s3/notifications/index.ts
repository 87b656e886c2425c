export { getBucketNotificationConfiguration, notify, putBucketNotificationConfiguration } from "./notifications.ts";
