/**
 * The one place that makes clients of AWS. DynamoDB and, for settling, SQS are called by the lean client where that is enough, and by
 * the SDK's where it is not (`choice.ts`). Publishers, payloads, receives and operators' tools use the SDK's.
 *
 * Each SDK client has a module that loads it, and beside that a `<module>.sdk.ts` that names the commands in use: in bundles made by
 * the constructs it takes the package's place, so that esbuild can leave out the rest of the client
 * (infra/constructs/bundling/named-sdk.ts).
 */

export { type Call, callsOf, type SendOptions } from "./call.ts";
export { callEntries } from "./call-entries.ts";
export type { AwsClient, DebugLogger } from "./choice.ts";
export { type DynamoDb, type DynamoDbLoader, dynamoDbLoader, tableAddress } from "./dynamodb.ts";
export { type BatchResponse, EntryError, entryResults } from "./entries.ts";
export { type OperatorClients, type OperatorPlace, operatorClients } from "./operator.ts";
export { parseQueueArn, regionOfQueueUrl } from "./queue-address.ts";
export { s3Loader } from "./s3.ts";
export { type SettlingSqsLoader, settlingSqsLoader } from "./settling-sqs.ts";
export { snsLoader } from "./sns.ts";
export { sqsLoader } from "./sqs.ts";
export { type PollingSqsLoader, pollingSqsLoader } from "./sqs-polling.ts";
export { type TaskClient, taskClientLoader } from "./step-functions.ts";
export { isTransient } from "./transient.ts";
