import type { Duration } from "aws-cdk-lib";
import * as events from "aws-cdk-lib/aws-events";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import * as iam from "aws-cdk-lib/aws-iam";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import type { IConstruct } from "constructs";
import type { AnyContract } from "../../../lib/contract/index.ts";
import { ENCRYPT_ACTIONS, missingStatement, warnOfImportedPolicies } from "../access/index.ts";
import { checkDuration, checkInteger, declaredEvent, EVENT_BRIDGE, refuseIf } from "../checks/index.ts";

/** Options of `eventBridgeTarget` of a work queue or topic. */
export interface EventBridgeTargetOptions {
  /**
   * The payload, where it differs from `detail`. Values of EventBridge's event are `events.EventField.fromPath("$.detail.object.key")`.
   * @default the whole `detail`
   */
  readonly data?: Readonly<Record<string, unknown>>;
  /**
   * The event's id, by which duplicates are recognised: for events that `toEventBus` of a topic put on the bus,
   * `events.EventField.fromPath("$.detail.id")`.
   * @default that of EventBridge's event
   */
  readonly id?: string;
  /**
   * How long EventBridge tries to deliver. 60 seconds to 24 hours.
   * @default 24 hours
   */
  readonly maxEventAge?: Duration;
  /**
   * How often EventBridge tries again. 0 to 185.
   * @default 185
   */
  readonly retryAttempts?: number;
}

/** The work queue that events go to. */
export interface EventBridgeDestination {
  readonly contract: AnyContract;
  readonly event: string;
  readonly queue: sqs.IQueue;
  readonly deadLetterQueue: sqs.IQueue | undefined;
}

/** Checks how often and how long EventBridge is to try. @throws FanfareError `ConfigurationInvalid` */
export function checkEventBridgeOptions(
  scope: IConstruct,
  { maxEventAge, retryAttempts }: EventBridgeTargetOptions,
): void {
  checkDuration(scope, "maxEventAge", maxEventAge, EVENT_BRIDGE.maxEventAgeSeconds);
  checkInteger(scope, "retryAttempts", retryAttempts, EVENT_BRIDGE.retryAttempts);
}

/**
 * Returns what EventBridge sends: the envelope of an event of the contract.
 *
 * @throws FanfareError `ConfigurationInvalid` for an event that the contract does not have
 */
export function eventBridgeMessage(
  scope: IConstruct,
  { contract, event }: Pick<EventBridgeDestination, "contract" | "event">,
  { data, id }: EventBridgeTargetOptions,
): events.RuleTargetInput {
  const declared = declaredEvent(scope, contract, event);
  return events.RuleTargetInput.fromObject({
    specversion: "1.0",
    id: id ?? events.EventField.fromPath("$.id"),
    source: events.EventField.fromPath("$.source"),
    type: declared.type,
    time: events.EventField.fromPath("$.time"),
    datacontenttype: "application/json",
    dataversion: declared.definition.version,
    data: data ?? events.EventField.fromPath("$.detail"),
  });
}

/**
 * Returns a target that sends an event of EventBridge as an event of the contract: its id, source and time become those of the
 * envelope, so that a repeated delivery is a duplicate.
 * Source: Amazon EventBridge User Guide, "Amazon EventBridge input transformation" and "Using dead-letter queues".
 *
 * @throws FanfareError `ConfigurationInvalid` for an event that the contract does not have, a FIFO queue, and times out of range
 */
export function eventBridgeTarget(
  scope: IConstruct,
  { contract, event, queue, deadLetterQueue }: EventBridgeDestination,
  options: EventBridgeTargetOptions,
): events.IRuleTarget {
  const message = eventBridgeMessage(scope, { contract, event }, options);
  refuseIf(scope, queue.fifo, {
    field: "eventBridgeTarget",
    message: "the queue is FIFO, but EventBridge sends no deduplication id, without which this queue refuses messages",
    remedy: "send to a standard work queue, and publish to the FIFO queue in its handler",
  });
  checkEventBridgeOptions(scope, options);
  const eventBridge = new iam.ServicePrincipal("events.amazonaws.com");
  const missing = missingStatement(queue.encryptionMasterKey, eventBridge, ENCRYPT_ACTIONS);
  warnOfImportedPolicies(scope, "eventBridgeTarget", missing);
  const { maxEventAge, retryAttempts } = options;
  return new SqsQueue(queue, {
    message,
    ...(deadLetterQueue && { deadLetterQueue }),
    ...(maxEventAge && { maxEventAge }),
    ...(retryAttempts !== undefined && { retryAttempts }),
  });
}
