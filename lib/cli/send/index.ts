/** `fanfare send`: publishes a typed event to an app that runs here. Contracts for the other commands. */
export { checkEvent, contractsInFile } from "./check-event.ts";
export { contractsOf } from "./load-contract.ts";
export { type SendOptions, send } from "./send.ts";
