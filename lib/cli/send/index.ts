/** `fanfare send`: publishes a typed event to an app that runs here. */
export { type SendOptions, send } from "./send.ts";
