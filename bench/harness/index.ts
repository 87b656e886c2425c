export type { Benchmark, RunOptions } from "./benchmark.ts";
export { type ContenderProcess, inProcesses, type Processes } from "./contender-process.ts";
export { type Contender, interleave, type Measured, measured, type Repetition, type Sample } from "./interleave.ts";
export { machine } from "./machine.ts";
export { HeapWatch, timed } from "./measure.ts";
export { type CaseResult, difference, holds, medianOf, ratio, type Section, type Target } from "./report.ts";
export { type Measurement, type Registry, serveContender } from "./serve-contender.ts";
export { distributionOf } from "./statistics.ts";
export { sectionAsMarkdown, sectionAsText } from "./tables.ts";
