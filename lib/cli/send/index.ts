/** `fanfare send`: publishes a typed event to an app that runs here. */
export { contractsOf } from "./load-contract.ts";
export { type SendOptions, send } from "./send.ts";
