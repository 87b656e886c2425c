export * from "./key-part.ts";
export * from "./local-synthesis.ts";
export * from "./manifest.ts";
export * from "./metrics.ts";
export * from "./names.ts";
