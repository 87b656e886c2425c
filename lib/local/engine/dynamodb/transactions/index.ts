export { checkActions, runTransaction, TRANSACTION_FACTOR, type TransactionWrite } from "./run.ts";
export { once } from "./tokens.ts";
export { transactGetItems, transactWriteItems } from "./transact-items.ts";
