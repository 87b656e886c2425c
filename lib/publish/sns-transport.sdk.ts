/**
 * What publishing to a topic needs of the SDK. Bundles made by the constructs have this for the package
 * (infra/constructs/named-sdk.ts). It is not imported outright: in a bundle of one file from which the SDK is left out, that
 * would load it at start-up.
 */
export { PublishBatchCommand, SNSClient } from "@aws-sdk/client-sns";
