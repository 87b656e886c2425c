import type { Section } from "./report.ts";

/** How a run is to be done. */
export interface RunOptions {
  /** Samples of each contender that count. */
  readonly rounds: number;
  /** Leaves out the largest sizes: to try a benchmark, not to publish its figures. */
  readonly quick: boolean;
  /** Told what is being measured. */
  readonly progress: (text: string) => void;
}

/** One page of the report. */
export interface Benchmark {
  readonly name: string;
  run(options: RunOptions): Promise<Section>;
}
