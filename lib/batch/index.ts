export { Batcher, type BatcherOptions, type Outcome } from "./batcher.ts";
export { Semaphore } from "./semaphore.ts";
