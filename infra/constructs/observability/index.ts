/** Alarms and dashboards. */
export type {
  AlarmIdentity,
  AlarmKind,
  AlarmOptions,
  AlarmPreset,
  AlarmSettings,
  AlarmSeverity,
  AlarmThresholds,
} from "./alarm-options.ts";
export { AlarmFactory } from "./alarms.ts";
export { type DashboardOptions, MessagingDashboard } from "./dashboard.ts";
export { type ConsumerMetrics, type MetricsProps, metricsNamespaceOf } from "./own-metrics.ts";
export { RUNBOOK_ANCHORS } from "./runbook.ts";
export { SavedQueries } from "./saved-queries.ts";
export { watchConsumer, watchSubscriptionDeadLetters, watchTopic } from "./watch.ts";
