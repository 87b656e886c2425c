import { type Duration, Size } from "aws-cdk-lib";
import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import type { Construct } from "constructs";
import type { AnyContract } from "../../lib/contract/index.ts";
import { MAX_ROUTING_ATTRIBUTES } from "../../lib/names/index.ts";
import type { MessagingProps } from "./fanout-topic-props.ts";
import { checkIdempotencyTable, IdempotencyTable } from "./idempotency-table.ts";
import { PayloadStore } from "./payload-store.ts";
import { configurationInvalid } from "./validation.ts";

/** Checks of a contract what only the topic's type can tell, and what a contract made without `defineContract` could break. */
export function checkContract(scope: Construct, contract: AnyContract, fifo: boolean): void {
  const events = Object.values(contract.events);
  const tooMany = events.find(({ definition }) => definition.attributeNames.length > MAX_ROUTING_ATTRIBUTES);
  if (tooMany !== undefined) {
    throw configurationInvalid(scope, {
      field: "contract",
      message: `${tooMany.name} of contract ${contract.name} has ${tooMany.definition.attributeNames.length} routing attributes, at most ${MAX_ROUTING_ATTRIBUTES} are possible`,
      limit: `${MAX_ROUTING_ATTRIBUTES} attributes`,
      remedy:
        "SNS discards messages of more than 10 attributes on raw delivery: keep those that subscriptions filter on",
    });
  }
  const groupless = events.filter(({ definition }) => !definition.hasGroup).map(({ name }) => name);
  if (!fifo || groupless.length === 0) return;
  throw configurationInvalid(scope, {
    field: "contract",
    message: `fifo is set, but ${groupless.join(", ")} of contract ${contract.name} have no group, and FIFO takes no message without one`,
    remedy: "declare a group with each event: group: (order) => order.orderId",
  });
}

/** Creates the payload store that the props ask for, or none. */
export function createPayloadStore(
  scope: Construct,
  props: MessagingProps<AnyContract>,
  limits: { readonly maxMessageBytes: number; readonly retention: () => Duration },
): PayloadStore | undefined {
  const { largePayloads = false } = props;
  if (largePayloads === false) return undefined;
  const options = largePayloads === true ? {} : largePayloads;
  const threshold = options.threshold?.toBytes();
  if (threshold !== undefined && (threshold < 1 || threshold > limits.maxMessageBytes)) {
    throw configurationInvalid(scope, {
      field: "largePayloads.threshold",
      message: `largePayloads.threshold is ${threshold} bytes, but a message has at most ${limits.maxMessageBytes}`,
      limit: `${limits.maxMessageBytes} bytes`,
      remedy: `set it to at most ${Size.bytes(limits.maxMessageBytes).toKibibytes()} KiB, or leave it out`,
    });
  }
  return new PayloadStore(scope, "Payloads", {
    ...options,
    contractName: props.contract.name,
    encryptionKey: props.encryptionKey,
    removalPolicy: props.removalPolicy,
    retention: limits.retention,
  });
}

/** Bytes above which a publisher offloads or refuses. */
export function publishableBytes(props: MessagingProps<AnyContract>, maxMessageBytes: number): number {
  const { largePayloads } = props;
  return typeof largePayloads === "object" ? (largePayloads.threshold?.toBytes() ?? maxMessageBytes) : maxMessageBytes;
}

/** The idempotency table of a topic or work queue, made when it is first asked for. */
export class LazyIdempotencyTable {
  /** The table, if it is needed. */
  table: dynamodb.ITable | undefined;
  private readonly scope: Construct;
  private readonly props: MessagingProps<AnyContract>;

  constructor(scope: Construct, props: MessagingProps<AnyContract>) {
    this.scope = scope;
    this.props = props;
    if (props.idempotencyTable !== undefined) checkIdempotencyTable(scope, props.idempotencyTable);
    this.table = props.idempotencyTable;
  }

  get(): dynamodb.ITable {
    this.table ??= new IdempotencyTable(this.scope, "Idempotency", {
      encryptionKey: this.props.encryptionKey,
      removalPolicy: this.props.removalPolicy,
      deletionProtection: this.props.deletionProtection,
    });
    return this.table;
  }
}
