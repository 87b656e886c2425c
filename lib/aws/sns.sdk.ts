/** What Fanfare uses of the SNS client. In bundles this module takes the package's place; see `index.ts`. */
export { PublishBatchCommand, SNSClient } from "@aws-sdk/client-sns";
