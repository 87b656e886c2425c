/** EventBridge Pipes from queues to event buses. */
export { eventOf, type PipeConfiguration } from "./pipe.ts";
