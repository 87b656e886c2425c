/**
 * Environment variables by which the local runtime tells an app that it synthesises where to store what makes the next synthesis
 * quick. `cdk synth` and `cdk deploy` set neither.
 */
export const LOCAL_SYNTHESIS = {
  /** Folder where bundles are stored, to be taken again while none of their sources has changed. */
  cache: "FANFARE_BUNDLE_CACHE",
  /** File for a {@link BundleRecord} in JSON. */
  record: "FANFARE_BUNDLE_RECORD",
} as const;

/** The bundles of an assembly, and how to make them again without the app. */
export interface BundleRecord {
  /**
   * Absolute path of a program that takes a list of jobs on standard input, and writes their results to standard output, in JSON. With
   * the argument `--serve` it takes a list in each line, and writes a line for it, until its input ends.
   */
  readonly program: string;
  readonly bundles: readonly RecordedBundle[];
}

/** One bundle. */
export interface RecordedBundle {
  /** What the program takes; `outdir`, an absolute path, has to be added. */
  readonly job: Readonly<Record<string, unknown>>;
  /** Name of the asset's folder in the assembly: `asset.<hash>`. */
  readonly asset: string;
  /** Absolute paths of the sources, without those in `node_modules`. */
  readonly sources: readonly string[];
}

/** The program's result for one job. */
export interface RebuildResult {
  /** Absolute paths of the sources, without those in `node_modules`. */
  readonly sources?: readonly string[];
  readonly failure?: {
    /** esbuild's messages with their locations; empty if the sources are not at fault. */
    readonly messages: readonly string[];
    readonly text: string;
  };
}
