import type { BuildOptions } from "esbuild";
import type { LeftOut } from "../../../lib/names/index.ts";

/** Options of esbuild that can be passed on. */
export type EsbuildOptions = Readonly<
  Pick<
    BuildOptions,
    | "alias"
    | "banner"
    | "charset"
    | "drop"
    | "dropLabels"
    | "footer"
    | "inject"
    | "jsx"
    | "jsxFactory"
    | "jsxFragment"
    | "jsxImportSource"
    | "legalComments"
    | "mainFields"
    | "pure"
    | "resolveExtensions"
    | "sourcesContent"
    | "tsconfig"
  >
>;

/** How a handler is bundled. */
export interface BundlingOptions {
  /**
   * Modules that are not bundled: the function must find them in a layer or in the runtime. By default even the AWS SDK is
   * bundled, so that functions run with the version that you tested.
   * @default none
   */
  readonly external?: readonly string[];
  /**
   * Export conditions, in addition to those of ES modules on Node.js.
   * @default those with which this process was started (`--conditions`, also in NODE_OPTIONS)
   */
  readonly conditions?: readonly string[];
  /**
   * Whether to minify.
   * @default true
   */
  readonly minify?: boolean;
  /**
   * Whether to write a source map next to the bundle and have Node.js use it in stack traces.
   * @default false: reading it takes time at every cold start that throws
   */
  readonly sourceMap?: boolean;
  /**
   * Whether functions and classes keep their names when minified.
   * @default false
   */
  readonly keepNames?: boolean;
  /**
   * Parts of Fanfare to bundle even though no queue of the function needs them. From a handler that is attached to queues,
   * Fanfare leaves out:
   *
   * - `payloads`, with the S3 client, if none of the queues has `largePayloads`;
   * - `idempotency`, with the DynamoDB client, if the guarantee of all queues is `at-least-once`;
   * - `fifo`, if all queues are standard queues;
   * - `sdk`, the AWS SDK's clients for the idempotency store and for settling: Fanfare's own client serves on Lambda. They stay if the
   *   handler imports such a client itself, or if the function's environment asks for what only the SDK does (a profile, FIPS or
   *   dual-stack endpoints, a proxy, retry settings). Otherwise, if one is needed after all, the copy that is part of Lambda's runtime
   *   is used.
   *
   * Keep a part if the handler's code asks for it by an option (`payloadSources`) or sets the environment variables itself;
   * otherwise it fails at start-up with `ConfigurationInvalid`. Keep `fifo` if the function is also connected to a FIFO queue
   * outside of the constructs; otherwise the invocations of that queue fail in the same way. What the code imports itself
   * (`s3PayloadStore`, `dynamoDbStore`, an AWS client) and what publishers need is never left out.
   * @default none
   */
  readonly keep?: readonly LeftOut[];
  /**
   * Expressions to replace: `{ "process.env.STAGE": '"test"' }`.
   * @default none
   */
  readonly define?: Readonly<Record<string, string>>;
  /**
   * How files are loaded, by file name extension: `{ ".sql": "text" }`.
   * @default esbuild's defaults
   */
  readonly loader?: Readonly<Record<string, "text" | "json" | "base64" | "binary" | "dataurl" | "file" | "empty">>;
  /**
   * Other options of esbuild, for what `NodejsFunction` offers beyond these. Paths in `tsconfig` and `inject` are relative to the directory
   * in which the app runs. Plugins are not possible: handlers are bundled in another process.
   * @default none
   */
  readonly esbuild?: EsbuildOptions;
}
