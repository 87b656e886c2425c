import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { S3Client } from "@aws-sdk/client-s3";
import type { SNSClient } from "@aws-sdk/client-sns";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { Carrier, ServiceName } from "./call.ts";

/** Clients for everything that Fanfare calls. */
export interface Clients {
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBClient;
}

interface Command {
  readonly input: Readonly<Record<string, unknown>>;
}

/** How the SDK's clients find an endpoint, without the shared configuration files: reading them takes real time. */
const CONFIG = {
  endpoint: async () => undefined,
  useDualstackEndpoint: async () => false,
  useFipsEndpoint: async () => false,
  endpointProvider: ({ Region }: { readonly Region: string }) => ({
    url: new URL(`https://sqs.${Region}.amazonaws.com`),
  }),
};

/** A client with `send`, and with what finds a queue's endpoint: Fanfare uses nothing else. */
class MemoryClient {
  readonly config = CONFIG;
  readonly #service: ServiceName;
  readonly #carrier: Carrier;

  constructor(service: ServiceName, carrier: Carrier) {
    this.#service = service;
    this.#carrier = carrier;
  }

  async send(command: Command, options: { readonly abortSignal?: AbortSignal } = {}): Promise<object> {
    return await this.#carrier({
      service: this.#service,
      operation: command.constructor.name.replace(/Command$/, ""),
      input: command.input,
      signal: options.abortSignal,
    });
  }

  /** Part of the SDK's interface: there is nothing to close. */
  destroy(): void {}
}

/** Makes SDK clients whose calls go to `carrier`. */
export function clientsOf(carrier: Carrier): Clients {
  // The SDK's classes have private members, so nothing else can have their type; commands are recognised by their class names.
  const client = <Client>(service: ServiceName) => new MemoryClient(service, carrier) as unknown as Client;
  return { sns: client("sns"), sqs: client("sqs"), s3: client("s3"), dynamodb: client("dynamodb") };
}
