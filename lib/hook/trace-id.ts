/** The trace id in a `traceparent`; `undefined` for what is none. Source: W3C Trace Context, 3.2. */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  return /^[\da-f]{2}-(?!0{32})([\da-f]{32})-[\da-f]{16}-[\da-f]{2}/.exec(traceparent ?? "")?.[1];
}
