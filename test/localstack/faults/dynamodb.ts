import {
  BatchExecuteStatementCommand,
  CreateTableCommand,
  DeleteTableCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import type { Fault, Probe } from "./fault.ts";

/** Faults of tables. */
export const DYNAMODB_FAULTS: readonly Fault[] = [
  {
    id: "no-partiql-parameters",
    targets: ["moto"],
    summary:
      "BatchExecuteStatement with parameters ends in an internal error; AWS answers each INSERT, with DuplicateItem for a key that is there.",
    shows: async (probe) => {
      const outcomes = await insertTwice(probe).catch((error: unknown) => [String(error)]);
      return outcomes.join() !== ",DuplicateItem,";
    },
  },
];

/** Inserts a, then a and b. The code of the error of each of the three statements, empty where there was none. */
async function insertTwice({ ownDynamoDb, trial }: Probe): Promise<readonly string[]> {
  const TableName = trial.unique("probe");
  await ownDynamoDb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    }),
  );
  try {
    await waitUntilTableExists({ client: ownDynamoDb, maxWaitTime: 30 }, { TableName });
    const insert = async (...ids: string[]) => {
      const Statements = ids.map((id) => ({
        Statement: `INSERT INTO "${TableName}" VALUE {'id': ?}`,
        Parameters: [{ S: id }],
      }));
      const { Responses = [] } = await ownDynamoDb.send(new BatchExecuteStatementCommand({ Statements }));
      return Responses.map(({ Error: error }) => error?.Code ?? "");
    };
    return [...(await insert("a")), ...(await insert("a", "b"))];
  } finally {
    await ownDynamoDb.send(new DeleteTableCommand({ TableName }));
  }
}
