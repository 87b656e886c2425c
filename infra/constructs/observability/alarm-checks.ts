import type { Duration } from "aws-cdk-lib";
import type { IConstruct } from "constructs";
import { refuseIf, secondsOf } from "../checks/index.ts";
import type { AlarmKind, AlarmOptions } from "./alarm-options.ts";

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 86_400;
const WEEK_SECONDS = 604_800;

/** How an alarm is evaluated. */
export interface Evaluation {
  readonly kind: AlarmKind;
  readonly period: Duration;
  readonly periods: number;
  readonly datapoints: number | undefined;
}

/**
 * Checks what CloudWatch would refuse.
 * Source: Amazon CloudWatch API Reference, "PutMetricAlarm": EvaluationPeriods and DatapointsToAlarm.
 */
export function checkEvaluation(scope: IConstruct, { kind, period, periods, datapoints }: Evaluation): void {
  const seconds = secondsOf(period) ?? 0;
  const most = seconds < HOUR_SECONDS ? DAY_SECONDS : WEEK_SECONDS;
  refuseIf(scope, !Number.isInteger(periods) || periods < 1 || periods * seconds > most, {
    field: `alarms.${kind}`,
    message: `alarms.${kind} would be evaluated over ${periods} periods of ${seconds} seconds, but CloudWatch allows whole periods of at most ${most} seconds together`,
    limit: `${most} seconds`,
    remedy: "use a shorter time, or other settings for this kind: periods of an hour or longer may add up to a week",
  });
  const fits = datapoints === undefined || (Number.isInteger(datapoints) && datapoints >= 1 && datapoints <= periods);
  refuseIf(scope, !fits, {
    field: `alarms.settings.${kind}.datapointsToAlarm`,
    message: `alarms.settings.${kind}.datapointsToAlarm is ${datapoints}, of ${periods} evaluationPeriods`,
    limit: `1 to ${periods} periods`,
    remedy: "set it to at most evaluationPeriods, or leave it out for all of them",
  });
}

/** Thresholds that are numbers. */
const NUMBERS = [
  "deadLetterQueueDepth",
  "deadLetterRate",
  "redeliveries",
  "noisyGroups",
  "functionErrors",
  "functionThrottles",
  "functionDuration",
  "failedNotifications",
  "lostNotifications",
  "invalidAttributes",
] as const satisfies readonly AlarmKind[];

/** Checks that thresholds are numbers which the metrics can exceed. */
export function checkThresholds(scope: IConstruct, options: AlarmOptions): void {
  for (const kind of NUMBERS) {
    const given = options[kind];
    refuseIf(scope, typeof given === "number" && !(Number.isFinite(given) && given >= 0), {
      field: `alarms.${kind}`,
      message: `alarms.${kind} is ${given}, but must be a number of at least 0`,
      limit: "0 or more",
      remedy: "set it to such a number, to false for no alarm, or leave it out",
    });
  }
  const { functionDuration, drainTime } = options;
  refuseIf(scope, typeof functionDuration === "number" && (functionDuration === 0 || functionDuration >= 100), {
    field: "alarms.functionDuration",
    message: `alarms.functionDuration is ${functionDuration} percent of the timeout, at which Lambda stops an invocation: the alarm would ${functionDuration === 0 ? "always" : "never"} go off`,
    limit: "above 0 and below 100 percent",
    remedy: "set it to 90, for example, or leave it out",
  });
  const drain = secondsOf(drainTime === false ? undefined : drainTime);
  refuseIf(scope, drain !== undefined && drain >= DAY_SECONDS, {
    field: "alarms.drainTime",
    message: `alarms.drainTime is ${drain} seconds, but a backlog that grows counts as one day: the alarm would never go off`,
    limit: `below ${DAY_SECONDS} seconds`,
    remedy: "set it to less than a day, or leave it out",
  });
}

/** Checks a threshold that the duration of an invocation must be able to exceed: it ends at the timeout of the function. */
export function checkBelowTimeout(
  scope: IConstruct,
  kind: AlarmKind,
  seconds: number,
  timeout: number | undefined,
): void {
  refuseIf(scope, timeout !== undefined && seconds >= timeout, {
    field: `alarms.${kind}`,
    message: `alarms.${kind} is ${seconds} seconds, but Lambda stops an invocation after ${timeout} seconds: the alarm would never go off`,
    limit: `below ${timeout} seconds`,
    remedy: "set it to less than the function's timeout, or leave it out",
  });
}

/** Checks that a queue does not count as unpolled while all pollers wait for invocations. */
export function checkSilence(scope: IConstruct, given: Duration | false | undefined, timeout: number): void {
  const seconds = secondsOf(given === false ? undefined : given);
  refuseIf(scope, seconds !== undefined && seconds <= timeout, {
    field: "alarms.notPolled",
    message: `alarms.notPolled is ${seconds} seconds, but invocations may take ${timeout} seconds, during which all pollers may wait for them: the alarm would go off without a fault`,
    limit: `above ${timeout} seconds`,
    remedy: "set it to more, or leave it out",
  });
}
