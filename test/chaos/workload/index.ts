export { Producer } from "./producer.ts";
export { makeWorkload, type Poison, type Workload } from "./workload.ts";
