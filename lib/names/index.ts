export * from "./key-part.ts";
export * from "./names.ts";
