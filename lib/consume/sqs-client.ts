import { type SqsLoader, sqsLoader } from "../aws/index.ts";

/** The SDK with a client, loaded at the first use: most invocations dead-letter nothing and retry nothing. */
export type LoadedSqs = Awaited<ReturnType<SqsLoader>>;

/** Loads the SDK once, when it is first asked for. */
export const lazySqs = sqsLoader;
