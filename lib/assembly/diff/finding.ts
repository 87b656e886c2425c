import type { AssemblyResource } from "../model/index.ts";

/** What a deployment would do that loses messages or data, or makes events run twice. */
export interface Finding {
  readonly kind:
    | "replaced"
    | "removed"
    | "filterNarrows"
    | "unsubscribed"
    | "retentionShrinks"
    | "consumerRenamed"
    | "guaranteeWeakens"
    | "deadLetterQueueRemoved"
    | "consumerRemoved"
    | "deliveryChanges"
    | "deadLettersSooner"
    | "visibilityTooShort"
    | "keyChanges"
    | "deletionPolicyWeakens"
    | "timeToLiveChanges"
    | "deduplicationNarrows";
  readonly stack: string;
  readonly logicalId: string;
  /** Name of the resource for people. */
  readonly resource: string;
  /** CloudFormation type. */
  readonly type: string;
  /** What changes. */
  readonly change: string;
  /** What is lost, or happens again. */
  readonly consequence: string;
  /** How to avoid it. */
  readonly remedy: string;
  /** What is in it now, where that was asked: `about 1,240 messages`. */
  readonly content?: string | undefined;
}

/** The same resource before and after. */
export interface Pair {
  readonly before: AssemblyResource;
  readonly after: AssemblyResource;
}

export function findingAt(
  { stack, logicalId, name, type }: AssemblyResource,
  finding: Omit<Finding, "stack" | "logicalId" | "resource" | "type">,
): Finding {
  return { stack, logicalId, resource: name, type, ...finding };
}

export function isSame(left: unknown, right: unknown): boolean {
  return canonical(left) === canonical(right);
}

/** Keys in one order: templates of two synthesisers may have them in another. */
export function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, item: unknown) =>
      typeof item === "object" && item !== null && !Array.isArray(item)
        ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
        : item,
    ) ?? ""
  );
}
