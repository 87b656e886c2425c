import { objectOf } from "../../std/index.ts";
import { type AssemblyModel, type AssemblyResource, consumerSettingsOf, mappingsOf } from "../model/index.ts";
import { type Finding, findingAt, type Pair } from "./finding.ts";

/** Consumers whose claims of events no longer count, because they are made under another name or in another table. */
export function consumerFindings(before: AssemblyModel, after: AssemblyModel): Finding[] {
  const now = new Map(mappingsOf(after).map(({ source, handler }) => [keyOf(source), handler]));
  return mappingsOf(before).flatMap(({ source, handler }) => {
    const renewed = now.get(keyOf(source));
    if (renewed === undefined) {
      return [];
    }
    const [old, next] = [consumerSettingsOf(handler), consumerSettingsOf(renewed)];
    if (old.table === undefined || old.consumer === undefined) {
      // At-least-once: nothing is claimed, so nothing can be forgotten.
      return [];
    }
    const findings: Finding[] = [];
    if (next.table === undefined || (next.guarantee === "at-least-once" && old.guarantee !== "at-least-once")) {
      findings.push(
        findingAt(renewed, {
          kind: "guaranteeWeakens",
          change: `the consumer of ${source.name} no longer claims events: it becomes at-least-once`,
          consequence: "events that are delivered twice run twice",
          remedy: "keep the idempotency table, or make the handler idempotent first",
        }),
      );
    } else if (next.consumer !== old.consumer || next.table !== old.table) {
      findings.push(
        findingAt(renewed, {
          kind: "consumerRenamed",
          change:
            next.consumer === old.consumer
              ? `the consumer of ${source.name} claims events in another idempotency table`
              : `the consumer of ${source.name} is renamed from ${old.consumer} to ${next.consumer ?? "nothing"}`,
          consequence: "events that were processed and are delivered again, such as redriven ones, run twice",
          remedy: "keep name and table, or deploy when the queue and its dead-letter queue are empty",
        }),
      );
    }
    return findings;
  });
}

/** Queues that had a dead-letter queue, and would have none. */
export function deadLetterFindings(pairs: readonly Pair[]): Finding[] {
  return pairs
    .filter(
      ({ before, after }) => before.type === "AWS::SQS::Queue" && hasDeadLetters(before) && !hasDeadLetters(after),
    )
    .map(({ after }) =>
      findingAt(after, {
        kind: "deadLetterQueueRemoved",
        change: "the queue has no dead-letter queue any more",
        consequence: "messages that cannot be processed are redelivered until they expire, and are then lost",
        remedy: "keep the redrive policy",
      }),
    );
}

function hasDeadLetters({ properties }: AssemblyResource): boolean {
  return objectOf(properties.RedrivePolicy).deadLetterTargetArn !== undefined;
}

function keyOf({ stack, logicalId }: AssemblyResource): string {
  return `${stack}/${logicalId}`;
}
