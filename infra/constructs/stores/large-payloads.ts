import type { Duration } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { refuseIf } from "../checks/index.ts";
import { PayloadStore } from "./payload-store.ts";
import type { StoreOptions } from "./store-options.ts";

/** What {@link createPayloadStore} takes besides the options. */
export interface PayloadLimits {
  readonly contractName: string;
  /** Largest message in bytes. */
  readonly maxMessageBytes: number;
  /** Returns the longest time after publishing in which a message can be redelivered; called at synthesis. */
  readonly retention: () => Duration;
  /** How long the owner of an imported bucket keeps payloads at least, if the topic is shared; `undefined` if not known. */
  readonly sharedRetention?: Duration | undefined;
}

/** Creates the payload store `Payloads` if `largePayloads` asks for one. */
export function createPayloadStore(
  scope: Construct,
  { largePayloads = false, encryptionKey, removalPolicy }: StoreOptions,
  { contractName, maxMessageBytes, retention, sharedRetention }: PayloadLimits,
): PayloadStore | undefined {
  if (largePayloads === false) {
    return undefined;
  }
  const options = largePayloads === true ? {} : largePayloads;
  const threshold = options.threshold?.toBytes();
  refuseIf(scope, threshold !== undefined && (threshold < 1 || threshold > maxMessageBytes), {
    field: "largePayloads.threshold",
    message: `largePayloads.threshold is ${threshold} bytes, but must be 1 to ${maxMessageBytes} bytes, the largest message`,
    limit: `${maxMessageBytes} bytes`,
    remedy: `set it to at most Size.bytes(${maxMessageBytes}), or leave it out`,
  });
  return new PayloadStore(scope, "Payloads", {
    ...options,
    contractName,
    encryptionKey,
    removalPolicy,
    retention,
    sharedRetention,
  });
}

/** Returns the size in bytes above which a publisher offloads a message, or refuses it. */
export function publishableBytes({ largePayloads }: StoreOptions, maxMessageBytes: number): number {
  return typeof largePayloads === "object" ? (largePayloads.threshold?.toBytes() ?? maxMessageBytes) : maxMessageBytes;
}
