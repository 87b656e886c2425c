/**
 * Limits of Lambda that the local runtime enforces.
 * Source: AWS Lambda Developer Guide, "Lambda quotas", "Lambda execution environment lifecycle".
 */

/** Request and response of a synchronous invocation: 6 MB each. */
export const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

/** The init phase has 10 seconds. What needs longer runs again under the function's own timeout. */
export const INIT_TIMEOUT_MS = 10_000;

/** Timeout of a function whose template names none, in seconds. */
export const DEFAULT_TIMEOUT_SECONDS = 3;

/** Memory of a function whose template names none, in MB. */
export const DEFAULT_MEMORY_MB = 128;
