export { type Leftover, processesOf } from "./processes.ts";
export { type RuntimeOptions, RuntimeProcess } from "./runtime-process.ts";
