import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { z } from "zod";
import type { Calls } from "./call-counter.ts";
import { ACCOUNT, dynamoDbAt } from "./clients.ts";

/** A table of the form that both Fanfare and Powertools use by default: the key `id`. */
const TABLE = "bench";

/** Milliseconds after which each call is answered: about what DynamoDB takes in the same Region. */
export const LATENCY_MS = 5;

const ready = z.object({
  kind: z.literal("ready"),
  dynamoDb: z.string(),
  stubs: z.string(),
});
const calls = z.object({ kind: z.literal("calls"), calls: z.record(z.string(), z.number()) });

/** The remote side, and clients for it with the SDK's defaults. */
export class Services {
  readonly #process: ChildProcess;
  readonly addresses: z.infer<typeof ready>;
  readonly dynamodb: DynamoDBClient;
  readonly sns: SNSClient;
  readonly s3: S3Client;
  readonly table = TABLE;

  private constructor(process: ChildProcess, addresses: z.infer<typeof ready>) {
    this.#process = process;
    this.addresses = addresses;
    this.dynamodb = dynamoDbAt(addresses.dynamoDb);
    this.sns = new SNSClient({ ...ACCOUNT, endpoint: addresses.stubs });
    this.s3 = new S3Client({ ...ACCOUNT, endpoint: addresses.stubs, forcePathStyle: true });
  }

  static async start(): Promise<Services> {
    const main = fileURLToPath(new URL("services-main.ts", import.meta.url));
    const child = fork(main, [TABLE, String(LATENCY_MS)], {
      // With room for what the calls of one sample leave behind: a collection stops all responses for about 10 ms.
      execArgv: ["--expose-gc", "--max-semi-space-size=64"],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const [message] = await once(child, "message");
    return new Services(child, ready.parse(message));
  }

  /** Calls since the last time this was asked. */
  async calls(): Promise<Calls> {
    const answered = once(this.#process, "message");
    this.#process.send("count");
    const [message] = await answered;
    return calls.parse(message).calls;
  }

  async stop(): Promise<void> {
    for (const client of [this.dynamodb, this.sns, this.s3]) {
      client.destroy();
    }
    const exited = once(this.#process, "exit");
    this.#process.disconnect();
    await exited;
  }
}
