/** Alarms and dashboards. */
export type { AlarmOptions } from "./alarm-options.ts";
export { AlarmFactory, RUNBOOK_ANCHORS } from "./alarms.ts";
export { type DashboardConsumer, MessagingDashboard } from "./dashboard.ts";
