/**
 * Time limits of one try, in milliseconds, for clients that Fanfare makes; the SDK has none by itself. A connection has time for one
 * lost packet, which TCP sends again after a second. What a whole call may take, for every client, is in `call.ts`.
 */
const CONNECTION_MS = 2_000;

/** Limits of a try that sends and receives up to 1 MiB: SQS and SNS. */
export const MESSAGING = { connectionTimeout: CONNECTION_MS, requestTimeout: 5_000, throwOnRequestTimeout: true };

/** Limits of a try of DynamoDB: items are a few hundred bytes, and a slower table is as good as an outage. */
export const TABLE = { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true };

/** Limits of a try of S3. An object may take long, but never without a byte for that long. */
export const OBJECTS = { connectionTimeout: CONNECTION_MS, socketTimeout: 5_000 };
