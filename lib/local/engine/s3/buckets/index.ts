export * from "./buckets.ts";
export * from "./configuration.ts";
