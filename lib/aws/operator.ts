import type * as cloudFormation from "@aws-sdk/client-cloudformation";
import type * as cloudWatch from "@aws-sdk/client-cloudwatch";
import type * as logs from "@aws-sdk/client-cloudwatch-logs";
import type * as dynamoDb from "@aws-sdk/client-dynamodb";
import type * as lambda from "@aws-sdk/client-lambda";
import type * as s3 from "@aws-sdk/client-s3";
import type * as sns from "@aws-sdk/client-sns";
import type * as sqs from "@aws-sdk/client-sqs";
import { type Clock, systemClock } from "../clock/index.ts";
import { type JsonService, jsonService } from "./json-service.ts";
import { type Loader, loader } from "./loader.ts";
import { MESSAGING, OBJECTS } from "./timeouts.ts";

/** Where an operator's calls go. Without an endpoint: AWS, with the credentials that the SDK finds. */
export interface OperatorPlace {
  readonly region?: string | undefined;
  /** A profile of the AWS configuration files, with its role and its Region. */
  readonly profile?: string | undefined;
  /** Endpoint of all services: `http://127.0.0.1:4566`. */
  readonly endpoint?: string | undefined;
  /** @default endpoint */
  readonly dynamoDbEndpoint?: string | undefined;
  /** Fixed credentials, for endpoints that check none. @default those that the SDK finds */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
}

/** The services that operators' tools call, each client made at its first use. */
export interface OperatorClients {
  readonly sqs: Loader<typeof sqs, sqs.SQSClient>;
  readonly sns: Loader<typeof sns, sns.SNSClient>;
  readonly s3: Loader<typeof s3, s3.S3Client>;
  readonly dynamoDb: Loader<typeof dynamoDb, dynamoDb.DynamoDBClient>;
  readonly lambda: Loader<typeof lambda, lambda.LambdaClient>;
  /** As `lambda`, but each call is sent once: an invocation whose response is lost may have run. */
  readonly lambdaOnce: Loader<typeof lambda, lambda.LambdaClient>;
  readonly cloudWatch: Loader<typeof cloudWatch, cloudWatch.CloudWatchClient>;
  readonly logs: Loader<typeof logs, logs.CloudWatchLogsClient>;
  readonly cloudFormation: Loader<typeof cloudFormation, cloudFormation.CloudFormationClient>;
  /** AWS KMS, without a client of its own. */
  readonly kms: JsonService;
}

/** The clients of a place, with the time limits of every client of Fanfare. They are whole: no bundle contains them. */
export function operatorClients(place: OperatorPlace, clock: Clock = systemClock): OperatorClients {
  const { endpoint, dynamoDbEndpoint = endpoint } = place;
  const at = (url: string | undefined) => ({
    requestHandler: MESSAGING,
    ...(place.region === undefined ? {} : { region: place.region }),
    ...(place.profile === undefined ? {} : { profile: place.profile }),
    ...(place.credentials === undefined ? {} : { credentials: place.credentials }),
    ...(url === undefined ? {} : { endpoint: url }),
  });
  const options = { client: undefined, clock };
  const sqsClient = loader(
    () => import("@aws-sdk/client-sqs"),
    options,
    // Emulators return queue URLs with hosts that may not resolve: an endpoint that is given wins.
    ({ SQSClient }) => new SQSClient({ ...at(endpoint), useQueueUrlAsEndpoint: endpoint === undefined }),
  );
  return {
    sqs: sqsClient,
    kms: jsonService({ service: "kms", target: "TrentService", endpoint }, sqsClient),
    sns: loader(
      () => import("@aws-sdk/client-sns"),
      options,
      ({ SNSClient }) => new SNSClient(at(endpoint)),
    ),
    s3: loader(
      () => import("@aws-sdk/client-s3"),
      options,
      ({ S3Client }) =>
        new S3Client({
          ...at(endpoint),
          requestHandler: OBJECTS,
          followRegionRedirects: true,
          ...(endpoint === undefined ? {} : { forcePathStyle: true }),
        }),
    ),
    dynamoDb: loader(
      () => import("@aws-sdk/client-dynamodb"),
      options,
      ({ DynamoDBClient }) => new DynamoDBClient(at(dynamoDbEndpoint)),
    ),
    lambda: loader(
      () => import("@aws-sdk/client-lambda"),
      options,
      ({ LambdaClient }) => new LambdaClient(at(endpoint)),
    ),
    lambdaOnce: loader(
      () => import("@aws-sdk/client-lambda"),
      options,
      ({ LambdaClient }) => new LambdaClient({ ...at(endpoint), maxAttempts: 1 }),
    ),
    cloudWatch: loader(
      () => import("@aws-sdk/client-cloudwatch"),
      options,
      ({ CloudWatchClient }) => new CloudWatchClient(at(endpoint)),
    ),
    logs: loader(
      () => import("@aws-sdk/client-cloudwatch-logs"),
      options,
      ({ CloudWatchLogsClient }) => new CloudWatchLogsClient(at(endpoint)),
    ),
    cloudFormation: loader(
      () => import("@aws-sdk/client-cloudformation"),
      options,
      ({ CloudFormationClient }) => new CloudFormationClient(at(endpoint)),
    ),
  };
}
