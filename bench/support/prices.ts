/** Prices in USD, us-east-1, read in November 2026 from the services' pricing pages. What they mean here: ratios, not bills. */

/** One request of SNS; a `PublishBatch` is one per 64 KiB of its entries. Source: Amazon SNS pricing, standard topics. */
export const SNS_REQUEST = 0.5 / 1_000_000;

/** Bytes of one billed request. Source: as {@link SNS_REQUEST}. */
export const BILLED_BYTES = 65_536;

/** One `PutObject`. Source: Amazon S3 pricing, S3 Standard. */
export const S3_PUT = 0.005 / 1_000;

/** One read request unit. What a write unit costs is in `lib/plan/prices.ts`. Source: Amazon DynamoDB pricing for on-demand capacity. */
export const READ_UNIT = 0.125 / 1_000_000;
