export { Batcher, type BatcherOptions, type Outcome } from "./batcher.ts";
export { Queue } from "./queue.ts";
export { Semaphore } from "./semaphore.ts";
