import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DynamoDBClient,
  ExecuteStatementCommand,
  ListTablesCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { afterEach, expect, test } from "vitest";
import { type DynamoDbEmulator, startDynamoDb } from "../../../../lib/local/dynamodb/index.ts";
import { locateDynoxide } from "../../../../lib/local/dynamodb/locate.ts";
import { isAlive } from "../../../../lib/local/index.ts";

const running: DynamoDbEmulator[] = [];
const clients: DynamoDBClient[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) {
    client.destroy();
  }
  await Promise.all(running.splice(0).map((emulator) => emulator.stop()));
});

async function started(options: Parameters<typeof startDynamoDb>[0] = {}) {
  const emulator = await startDynamoDb(options);
  running.push(emulator);
  const client = new DynamoDBClient({
    endpoint: emulator.endpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
  clients.push(client);
  return { emulator, client };
}

function createTable(client: DynamoDBClient) {
  return client.send(
    new CreateTableCommand({
      TableName: "claims",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    }),
  );
}

const native = locateDynoxide() !== undefined;
const kinds = native ? (["dynoxide", "dynalite"] as const) : (["dynalite"] as const);

test.each(kinds)("%s: conditional writes work, and a stop frees everything", async (kind) => {
  const { emulator, client } = await started({ kind });
  expect(emulator.kind).toBe(kind);
  await createTable(client);
  const put = () =>
    client.send(
      new PutItemCommand({
        TableName: "claims",
        Item: { id: { S: "1" } },
        ConditionExpression: "attribute_not_exists(id)",
      }),
    );
  await put();
  await expect(put()).rejects.toBeInstanceOf(ConditionalCheckFailedException);
  await emulator.stop();
  await emulator.stop();
  await expect(fetch(emulator.endpoint)).rejects.toThrow();
  expect(emulator.pid === undefined || !isAlive(emulator.pid)).toBe(true);
});

test.each(kinds)("%s: says truly whether it knows PartiQL, and what is missing", async (kind) => {
  const { emulator, client } = await started({ kind });
  await createTable(client);
  const statement = client.send(new ExecuteStatementCommand({ Statement: `INSERT INTO "claims" VALUE {'id': '1'}` }));
  if (emulator.capabilities.partiQl) {
    await expect(statement).resolves.toBeDefined();
    expect(emulator.notices).toEqual([]);
  } else {
    await expect(statement).rejects.toThrow();
    expect(emulator.notices.join()).toMatch(/PartiQL.*do not.*@dynoxide\//);
  }
});

test.each(kinds)("%s: keeps its tables in a data directory", async (kind) => {
  const dataDirectory = mkdtempSync(join(tmpdir(), "fanfare-data-"));
  const first = await started({ kind, dataDirectory });
  await createTable(first.client);
  await first.emulator.stop();
  const second = await started({ kind, dataDirectory });
  expect((await second.client.send(new ListTablesCommand({}))).TableNames).toEqual(["claims"]);
  await second.emulator.stop();
  rmSync(dataDirectory, { recursive: true });
});

test("the platform's package comes first, then an executable on the PATH, then nothing", () => {
  const packaged = mkdtempSync(join(tmpdir(), "fanfare-packaged-"));
  const onPath = mkdtempSync(join(tmpdir(), "fanfare-path-"));
  const path = `/nowhere:${onPath}`;
  expect(locateDynoxide(path, "/none")).toBeUndefined();
  writeFileSync(join(onPath, "dynoxide"), "", { mode: 0o644 });
  expect(locateDynoxide(path, "/none")).toBeUndefined();
  chmodSync(join(onPath, "dynoxide"), 0o755);
  expect(locateDynoxide(path, packaged)).toBe(join(onPath, "dynoxide"));
  writeFileSync(join(packaged, "dynoxide"), "", { mode: 0o755 });
  expect(locateDynoxide(path, packaged)).toBe(join(packaged, "dynoxide"));
  rmSync(packaged, { recursive: true });
  rmSync(onPath, { recursive: true });
});
