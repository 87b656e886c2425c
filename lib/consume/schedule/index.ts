/** What runs when: standard queues side by side, FIFO queues by group, batches at once. */
export { allAtOnce, createProcessor, oneByOne, type Processor, type ProcessorSettings } from "./processor.ts";
