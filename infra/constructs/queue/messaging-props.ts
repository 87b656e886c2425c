import type * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type { AnyContract } from "../../../lib/contract/index.ts";
import type { AlarmOptions, DashboardOptions, MetricsProps } from "../observability/index.ts";
import type { StoreOptions } from "../stores/index.ts";

/** What topics and work queues have in common. */
export interface MessagingProps<C extends AnyContract> extends StoreOptions {
  /** The events that are published and consumed here. */
  readonly contract: C;
  /**
   * Whether the messages of each group are delivered in order and without duplicates. Every event of the contract must then have
   * a group. Changing it replaces the topic or queue.
   * @default false
   */
  readonly fifo?: boolean;
  /**
   * Beginning of all default names: `shop-orders` for the topic or queue, `shop-orders-Billing-dlq` for a queue of a subscriber. Letters,
   * digits, hyphens and underscores. With it, names do not depend on the stack and the path, so that constructs can be moved between
   * stacks without replacing topics and queues. It must be unique in the account and Region.
   * @default names are made of the stack's name and the construct's path
   */
  readonly namePrefix?: string;
  /**
   * Set this if `encryptionKey` is imported and its own policy allows SNS to use it.
   * @default false
   */
  readonly keyPolicyAllowsSns?: boolean;
  /**
   * Alarms, or `false` for none.
   * @default the preset `standard`
   */
  readonly alarms?: AlarmOptions | false;
  /**
   * Alarms and graphs on what publishers and handlers tell of themselves, unless a consumer has its own option. Takes effect with
   * `observers: [metrics()]` in their code, from `fanfare/metrics`, which is not added here. Functions with `grantPublish` and handlers get
   * the variable `FANFARE_METRICS_NAMESPACE`. CloudWatch bills each metric.
   * @default false
   */
  readonly metrics?: boolean | MetricsProps;
  /**
   * Whether there are saved queries of CloudWatch Logs Insights over the logs of the handlers in this stack: outcomes by cause, dead letters by
   * error, slowest handlers, and one event's way. They are 4 resources, and free until they are run.
   * @default true
   */
  readonly savedQueries?: boolean;
  /**
   * Whether there is a CloudWatch dashboard: `true`, options of a new one, or your own dashboard, to which rows are added.
   * CloudWatch charges for each dashboard after the first three of an account.
   * @default true
   */
  readonly dashboard?: boolean | DashboardOptions | cloudwatch.Dashboard;
}
