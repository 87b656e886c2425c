import { availableParallelism, cpus, loadavg, release, totalmem, type } from "node:os";

/** The machine that a run was made on: figures without it say little. */
export function machine() {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 1_073_741_824),
    system: `${type()} ${release()}`,
    node: process.version,
    /** Processes that wanted to run in the last minute: above the number of cores the figures are noisy. */
    load: Number((loadavg()[0] ?? 0).toFixed(1)),
    date: new Date().toISOString().slice(0, 10),
  };
}
