/** What Fanfare uses of the DynamoDB client. In bundles this module takes the package's place; see `index.ts`. */
export {
  BatchExecuteStatementCommand,
  BatchGetItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
