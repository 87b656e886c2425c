/**
 * What sending to a queue needs of the SDK. Bundles made by the constructs have this for the package
 * (infra/constructs/named-sdk.ts). It is not imported outright: in a bundle of one file from which the SDK is left out, that
 * would load it at start-up.
 */
export { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
