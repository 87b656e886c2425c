/** What settling uses of the SQS client. In bundles this module takes the package's place; see `index.ts`. */
export {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  SendMessageBatchCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
