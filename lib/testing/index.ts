/** Test tools: AWS in memory behind SDK clients, and a deterministic simulator for your own contracts and handlers. */
export { type Clients, type MemoryAws, type MemoryAwsOptions, memoryAws } from "./clients/index.ts";
export * from "./simulation/index.ts";
