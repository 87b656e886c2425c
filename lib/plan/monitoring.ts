import type { PlanAlarms, Workload } from "./workload.ts";

/** What CloudWatch bills for one topic with its subscribers. */
export interface Monitoring {
  /** Metrics of alarms: an alarm on an expression is billed for each metric in it. */
  readonly alarmMetrics: number;
  readonly compositeAlarms: number;
  readonly dashboards: number;
}

/** Metrics of the alarms that the constructs create with a preset; a test compares them with a template. */
const METRICS: Readonly<
  Record<PlanAlarms, { readonly topic: number; readonly subscriber: number; readonly subscriberWithMetrics: number }>
> = {
  none: { topic: 0, subscriber: 0, subscriberWithMetrics: 0 },
  lean: { topic: 1, subscriber: 2, subscriberWithMetrics: 2 },
  standard: { topic: 3, subscriber: 3, subscriberWithMetrics: 4 },
  full: { topic: 3, subscriber: 15, subscriberWithMetrics: 17 },
};

/** Counts what CloudWatch bills for the alarms and the dashboard of a workload. */
export function monitoringOf({ alarms, dashboard, metrics, subscribers }: Workload): Monitoring {
  const { topic, subscriber, subscriberWithMetrics } = METRICS[alarms];
  return {
    alarmMetrics: topic + (metrics ? subscriberWithMetrics : subscriber) * subscribers,
    compositeAlarms: alarms === "full" ? subscribers : 0,
    dashboards: dashboard ? 1 : 0,
  };
}
