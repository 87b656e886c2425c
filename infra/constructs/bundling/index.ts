/** Handlers bundled by esbuild at synthesis. */
export { BundledCode } from "./bundled-code.ts";
export type { BundlingOptions, EsbuildOptions } from "./bundling-options.ts";
