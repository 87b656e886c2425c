import type { Benchmark } from "../harness/index.ts";
import { backlog } from "./backlog.ts";
import { coldStart } from "./cold-start.ts";
import { cost } from "./cost.ts";
import { endToEnd } from "./end-to-end.ts";
import { fifo } from "./fifo.ts";
import { heap } from "./heap.ts";
import { observability } from "./observability.ts";
import { polling } from "./polling.ts";
import { publisher } from "./publisher.ts";
import { storeClient } from "./store-client.ts";
import { synth } from "./synth.ts";
import { withStore } from "./with-store.ts";
import { withoutStore } from "./without-store.ts";

/** All benchmarks, in the order of the report. */
export const BENCHMARKS: readonly Benchmark[] = [
  withStore,
  withoutStore,
  observability,
  cost,
  fifo,
  heap,
  publisher,
  polling,
  coldStart,
  storeClient,
  endToEnd,
  backlog,
  synth,
];
