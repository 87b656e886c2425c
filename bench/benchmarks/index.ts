import type { Benchmark } from "../harness/index.ts";
import { coldStart } from "./cold-start.ts";
import { fifo } from "./fifo.ts";
import { heap } from "./heap.ts";
import { publisher } from "./publisher.ts";
import { withStore } from "./with-store.ts";
import { withoutStore } from "./without-store.ts";

/** All benchmarks, in the order of the report. */
export const BENCHMARKS: readonly Benchmark[] = [withStore, withoutStore, fifo, heap, publisher, coldStart];
