/**
 * The one place that makes SDK clients. Each service has a module that loads its client, and beside it a `<service>.sdk.ts` that
 * names the commands in use: in bundles made by the constructs it takes the package's place, so that esbuild can leave out the
 * rest of the client (infra/constructs/named-sdk.ts).
 */
export { callEntries } from "./call-entries.ts";
export { type DynamoDb, type DynamoDbLoader, dynamoDbLoader, tableAddress } from "./dynamodb.ts";
export { type BatchResponse, EntryError, entryResults } from "./entries.ts";
export { type OperatorClients, type OperatorPlace, operatorClients } from "./operator.ts";
export { parseQueueArn, queueUrlAt, regionOfQueueUrl } from "./queue-address.ts";
export { s3Loader } from "./s3.ts";
export { snsLoader } from "./sns.ts";
export { type SqsLoader, sqsLoader } from "./sqs.ts";
export { type PollingSqsLoader, pollingSqsLoader } from "./sqs-polling.ts";
export { isTransient } from "./transient.ts";
