/** EventBridge as far as apps use it with queues, topics and functions: rules with patterns or schedules, and Scheduler. */
export type { CreatedSchedule, CreatedSchedules } from "./created-schedules.ts";
export { EventBridge } from "./event-bridge.ts";
export { checkPattern } from "./pattern.ts";
export type { Rule, RuleTarget, Schedule } from "./rule.ts";
export { parseSchedule } from "./schedule-expression.ts";
export { fillTemplate, valueAt } from "./template.ts";
