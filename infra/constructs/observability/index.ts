/** Alarms and dashboards. */
export type { AlarmOptions } from "./alarm-options.ts";
export { AlarmFactory, RUNBOOK_ANCHORS } from "./alarms.ts";
export { MessagingDashboard } from "./dashboard.ts";
