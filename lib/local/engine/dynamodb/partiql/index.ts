export { batchExecuteStatement, executeStatement, executeTransaction } from "./execute.ts";
