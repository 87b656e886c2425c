/** What publishers use of the SQS client. In bundles this module takes the package's place; see `index.ts`. */
export { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
