import type { FleetSubscriber } from "../fleet/index.ts";
import type { Finding } from "./types.ts";

const REDEPLOY = "deploy the stack again: somebody changed it by hand";

/** What is wrong with the queues of a subscriber. */
export function checkQueues({ name, queue, deadLetterQueue, promised, mappings }: FleetSubscriber): readonly Finding[] {
  const findings: Finding[] = [];
  const find = (severity: Finding["severity"], message: string, fix: string) =>
    findings.push({ severity, subscriber: name, message, fix });
  if (queue.redrive === undefined) {
    find("error", `${queue.name} has no dead-letter queue`, `set its redrive policy, or ${REDEPLOY}`);
  } else if (promised?.maxReceiveCount !== undefined && promised.maxReceiveCount !== queue.redrive.maxReceiveCount) {
    const counts = `${queue.redrive.maxReceiveCount}, not ${promised.maxReceiveCount}`;
    find("warning", `maxReceiveCount of ${queue.name} is ${counts}`, REDEPLOY);
  }
  if (promised?.retentionSeconds !== undefined && queue.retentionSeconds < promised.retentionSeconds) {
    const seconds = `${queue.retentionSeconds} s, promised are ${promised.retentionSeconds} s`;
    find("error", `${queue.name} keeps messages for ${seconds}`, REDEPLOY);
  }
  const dead = deadLetterQueue;
  if (dead !== undefined && dead.retentionSeconds < (promised?.deadLetterRetentionSeconds ?? queue.retentionSeconds)) {
    find(
      "error",
      `${dead.name} keeps dead letters for ${dead.retentionSeconds} s only`,
      `raise its retention to 14 days, or ${REDEPLOY}`,
    );
  }
  for (const { functionName, timeoutSeconds } of mappings) {
    if (timeoutSeconds !== undefined && queue.visibilityTimeoutSeconds < timeoutSeconds) {
      find(
        "error",
        `the visibility timeout of ${queue.name} (${queue.visibilityTimeoutSeconds} s) is shorter than the timeout of ${functionName} (${timeoutSeconds} s)`,
        "raise it to 6 times the function's timeout",
      );
    }
  }
  return findings;
}

/** What is wrong with who polls a subscriber's queue. */
export function checkMappings({ name, mappings, promised, queue }: FleetSubscriber): readonly Finding[] {
  const disabled = mappings
    .filter(({ enabled }) => !enabled)
    .map(
      ({ functionName }): Finding => ({
        severity: "error",
        subscriber: name,
        message: `the mapping of ${functionName} is disabled: messages wait in ${queue.name}`,
        fix: `fanfare resume ${name}`,
      }),
    );
  const whole = mappings
    .filter(
      ({ partialBatchResponses, consumer }) => !partialBatchResponses && (consumer ?? promised?.consumer) !== undefined,
    )
    .map(
      ({ functionName }): Finding => ({
        severity: "error",
        subscriber: name,
        message: `the mapping of ${functionName} ignores partial batch responses: failed messages are deleted`,
        fix: "set FunctionResponseTypes to ReportBatchItemFailures",
      }),
    );
  const none: Finding[] =
    mappings.length === 0 && promised?.polled === true
      ? [{ severity: "error", subscriber: name, message: `nothing polls ${queue.name}`, fix: REDEPLOY }]
      : [];
  return [...(promised?.polled === false ? [] : disabled), ...whole, ...none];
}
