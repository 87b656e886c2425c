/** What publishers and Lambda consumers use of the SQS client. In bundles this module takes the package's place; see `index.ts`. */
export { ChangeMessageVisibilityBatchCommand, SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
