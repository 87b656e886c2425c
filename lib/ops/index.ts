/** Operators' tools without a screen, for AWS and any endpoint that speaks its protocols. */
export { type Cloud, connect, isDenied, type OperatorPlace } from "./cloud/index.ts";
export * from "./fleet/index.ts";
