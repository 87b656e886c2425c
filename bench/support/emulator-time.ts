import { randomUUID } from "node:crypto";
import { BatchExecuteStatementCommand, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { distributionOf, timed } from "../harness/index.ts";
import type { Services } from "./services.ts";

const CALLS = 30;

/** What the emulator itself takes, SDK and HTTP included, in milliseconds: the latency comes on top. Medians, one call at a time. */
export async function emulatorTime({ addresses, table }: Services): Promise<{ one: number; batch: number }> {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const client = new DynamoDBClient({ region: "eu-central-1", credentials, endpoint: addresses.dynamoDbDirect });
  const one = () => client.send(new PutItemCommand({ TableName: table, Item: { id: { S: randomUUID() } } }));
  const batch = () =>
    client.send(
      new BatchExecuteStatementCommand({
        Statements: Array.from({ length: 25 }, () => ({
          Statement: `INSERT INTO "${table}" VALUE {'id': ?}`,
          Parameters: [{ S: randomUUID() }],
        })),
      }),
    );
  try {
    return { one: await medianOf(one), batch: await medianOf(batch) };
  } finally {
    client.destroy();
  }
}

async function medianOf(call: () => Promise<unknown>): Promise<number> {
  await call();
  const samples: number[] = [];
  for (let round = 0; round < CALLS; round++) samples.push((await timed(call)).wallMs);
  return distributionOf(samples).median;
}
