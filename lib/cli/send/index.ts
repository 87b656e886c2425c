/** `fanfare send`: publishes a typed event. */
export { type SendOptions, send } from "./send.ts";
