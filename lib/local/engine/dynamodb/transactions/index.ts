export { checkActions, runTransaction, TRANSACTION_FACTOR } from "./run.ts";
export { once } from "./tokens.ts";
export { transactGetItems, transactWriteItems } from "./transact-items.ts";
