/** Sends what the runtime itself delivers: events of rules and schedules, and results of asynchronous invocations. */
export { TargetSender } from "./target-sender.ts";
