export type { Check } from "./check.ts";
export { checkOf } from "./check.ts";
export { checkDeadLetters, type DeadLetter, readAllDeadLetters, redrive } from "./dead-letters.ts";
export { checkCompletions, checkLake, checkLedger, checkOutbox, checkStock, INITIAL_STOCK } from "./orders.ts";
export { checkWebhooks } from "./webhooks.ts";
