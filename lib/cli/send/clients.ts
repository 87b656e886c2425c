import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { SessionTarget } from "../session/index.ts";

/** Clients of the local runtime: it reads the account from the key, and verifies no signature. */
export function clientsFor(endpoint: string, { region, accountId }: SessionTarget) {
  const settings = { endpoint, region, credentials: { accessKeyId: accountId, secretAccessKey: "test" } };
  return { sns: new SNSClient(settings), sqs: new SQSClient({ ...settings, useQueueUrlAsEndpoint: false }) };
}
