/** How a handler is bundled. Handlers whose options are equal are bundled in one run of esbuild. */
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
