import type { AnyContract } from "../../../lib/contract/index.ts";
import type { AlarmOptions } from "../observability/index.ts";
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
   * Set this if `encryptionKey` is imported and its own policy allows SNS to use it.
   * @default false
   */
  readonly keyPolicyAllowsSns?: boolean;
  /**
   * Alarms, or `false` for none.
   * @default all of them, with the thresholds of AlarmOptions
   */
  readonly alarms?: AlarmOptions | false;
  /**
   * Whether there is a CloudWatch dashboard. CloudWatch charges for each dashboard after the first three of an account.
   * @default true
   */
  readonly dashboard?: boolean;
}
