import type * as events from "aws-cdk-lib/aws-events";
import * as iam from "aws-cdk-lib/aws-iam";
import * as pipes from "aws-cdk-lib/aws-pipes";
import { Construct } from "constructs";
import type { AnyContract, EventName } from "../../../lib/contract/index.ts";
import { refuseIf } from "../checks/index.ts";
import { refuseSecondReader } from "../consumer/index.ts";
import { isElsewhere, placeOf } from "../places/index.ts";
import type { FanOutOptions } from "./fan-out-options.ts";
import type { Subscriber } from "./subscriber.ts";

/** What `toEventBus` takes: the bus, what is delivered to it, and options of the queue before it. */
export interface ToEventBusOptions<C extends AnyContract = AnyContract, Name extends EventName<C> = EventName<C>>
  extends Pick<
    FanOutOptions<C, Name>,
    "events" | "where" | "filter" | "deadLetter" | "subscriptionDeadLetter" | "alarms" | "encryptionKey" | "namePrefix"
  > {
  /** The bus, in the account and Region of the topic. */
  readonly eventBus: events.IEventBus;
}

/** What {@link EventBusPipe} takes. */
export interface EventBusPipeProps {
  readonly eventBus: events.IEventBus;
  /** Whether the topic's bodies may be pointers to S3. */
  readonly offloads: boolean;
}

/**
 * A pipe from the queue of a subscriber to an event bus. Created by `FanoutTopic.toEventBus`. The event's `source` and `detail-type` are source
 * and type of the envelope, and its `detail` is the envelope, with `data` and `id`.
 * Source: Amazon EventBridge User Guide, "Amazon EventBridge Pipes targets" and "Amazon EventBridge Pipes input transformation".
 */
export class EventBusPipe extends Construct {
  /** The queue before the bus. What cannot be put on the bus is in its dead-letter queue. */
  readonly subscriber: Subscriber;
  readonly pipe: pipes.CfnPipe;
  /** The role with which the pipe reads the queue and puts events. */
  readonly role: iam.Role;

  constructor(subscriber: Subscriber, id: string, { eventBus, offloads }: EventBusPipeProps) {
    super(subscriber, id);
    this.subscriber = subscriber;
    refuseIf(this, offloads, {
      field: "largePayloads",
      message:
        "the topic has largePayloads, but a pipe cannot read the bodies that are in S3, and would dead-letter them",
      remedy: "use fanOut with a handler that calls PutEvents, or another topic without largePayloads",
    });
    refuseIf(this, isElsewhere(eventBus.env, placeOf(this)), {
      field: "eventBus",
      message: "the event bus is in another account or Region, which pipes do not reach",
      remedy: "use a bus here, with a rule that sends to the other bus",
    });
    this.role = new iam.Role(this, "Role", { assumedBy: new iam.ServicePrincipal("pipes.amazonaws.com") });
    const grants = [subscriber.queue.grantConsumeMessages(this.role), eventBus.grantPutEventsTo(this.role)];
    this.pipe = new pipes.CfnPipe(this, "Resource", {
      roleArn: this.role.roleArn,
      source: subscriber.queue.queueArn,
      sourceParameters: { sqsQueueParameters: { batchSize: 10 } },
      target: eventBus.eventBusArn,
      targetParameters: {
        eventBridgeEventBusParameters: { source: "$.body.source", detailType: "$.body.type", time: "$.body.time" },
        inputTemplate: TEMPLATE,
      },
    });
    refuseSecondReader(this, this.pipe);
    for (const grant of grants) {
      grant.applyBefore(this.pipe);
    }
  }
}

/** The envelope by name, so that nothing depends on how a pipe writes a whole body. */
const TEMPLATE = `{"specversion":"1.0",${["id", "source", "type", "time", "dataversion", "data"]
  .map((name) => `"${name}":<$.body.${name}>`)
  .join(",")}}`;
