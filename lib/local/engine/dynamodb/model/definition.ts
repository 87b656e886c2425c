import type { AttributeDefinition, KeySchemaElement, Projection } from "@aws-sdk/client-dynamodb";

export interface Throughput {
  readonly read: number;
  readonly write: number;
}

export interface IndexDefinition {
  readonly name: string;
  readonly kind: "global" | "local";
  readonly keySchema: readonly KeySchemaElement[];
  readonly projection: Projection;
  readonly throughput: Throughput;
}

/** What a stream record holds. */
export type StreamView = "KEYS_ONLY" | "NEW_IMAGE" | "OLD_IMAGE" | "NEW_AND_OLD_IMAGES";

/** Everything about a table but its items. Plain JSON. */
export interface TableDefinition {
  readonly name: string;
  readonly arn: string;
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly keySchema: readonly KeySchemaElement[];
  readonly attributes: readonly AttributeDefinition[];
  readonly billingMode: "PROVISIONED" | "PAY_PER_REQUEST";
  readonly throughput: Throughput;
  readonly indexes: readonly IndexDefinition[];
  readonly tags: readonly (readonly [string, string])[];
  readonly timeToLiveAttribute?: string | undefined;
  /** Recorded: there are no backups here. */
  readonly pointInTimeRecovery: boolean;
  readonly recoveryPeriodDays?: number | undefined;
  readonly deletionProtection: boolean;
  readonly tableClass: string;
  /** Recorded: nothing is encrypted here. */
  readonly encryption?: { readonly type: string; readonly keyArn?: string | undefined } | undefined;
  /** The stream that is on. */
  readonly stream?: { readonly arn: string; readonly label: string; readonly view: StreamView } | undefined;
}
