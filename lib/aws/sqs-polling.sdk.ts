/** What a poller uses of the SQS client to receive. In bundles this module takes the package's place; see `index.ts`. */
export { GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
