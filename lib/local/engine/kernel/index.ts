export { AwsError } from "./aws-error.ts";
export type { CallContext, EngineEnvironment } from "./environment.ts";
export { randomHex, randomUuid } from "./identifiers.ts";
