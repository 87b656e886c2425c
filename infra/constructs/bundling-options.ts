import type { LeftOut } from "../../lib/names/index.ts";

/** How a handler is bundled. */
export interface BundlingOptions {
  /**
   * Modules that are not bundled: the function must find them elsewhere, in a layer or in the runtime. The SDK is bundled, so
   * that its version is the one that was tested.
   * @default none
   */
  readonly external?: readonly string[];
  /**
   * Export conditions besides those of ES modules on Node.
   * @default those that this process was started with (`--conditions`, also in NODE_OPTIONS)
   */
  readonly conditions?: readonly string[];
  /**
   * Whether to minify.
   * @default true
   */
  readonly minify?: boolean;
  /**
   * Whether to write a source map next to the bundle and have Node use it in stack traces.
   * @default false: reading it costs time at every cold start that throws
   */
  readonly sourceMap?: boolean;
  /**
   * Whether functions and classes keep their names when minified.
   * @default false
   */
  readonly keepNames?: boolean;
  /**
   * Parts of Fanfare to bundle although the queues of the function have no use for them. What is left out of a handler that
   * Fanfare attaches to queues: `payloads` and the S3 client where none of them has `largePayloads`, `idempotency` and the
   * DynamoDB client where the guarantee of all is `at-least-once`, `fifo` where all are standard queues. Needed when the handler's
   * code asks for them by options (`payloadSources`), or sets the variables itself; it then fails at start-up with
   * `ConfigurationInvalid`. And when the function is connected to a FIFO queue that the constructs do not know of: its
   * invocations fail so. What the code imports itself (`s3PayloadStore`, `dynamoDbStore`, an AWS client) and what publishers
   * need is never left out.
   * @default none
   */
  readonly keep?: readonly LeftOut[];
  /**
   * Expressions to replace: `{ "process.env.STAGE": '"test"' }`.
   * @default none
   */
  readonly define?: Readonly<Record<string, string>>;
  /**
   * What to make of a file by its ending: `{ ".sql": "text" }`.
   * @default esbuild's own
   */
  readonly loader?: Readonly<Record<string, "text" | "json" | "base64" | "binary" | "dataurl" | "file" | "empty">>;
}
