/** Carries outcomes out. The only room that touches the dead-letter queue, visibility, deletion, and the end of claims. */
export { DeadLetters } from "./dead-letters.ts";
export { LambdaMessages } from "./lambda-messages.ts";
export type { Messages } from "./messages.ts";
export { PolledMessages } from "./polled-messages.ts";
export { Settlement, type SettleSettings } from "./settlement.ts";
