export interface EntryPoint {
  /** As it is imported. */
  readonly name: string;
  readonly source: string;
  /** Name of the report file, without its ending. */
  readonly report: string;
}

/** The entry points of package.json's `exports`. */
export const ENTRY_POINTS: readonly EntryPoint[] = [
  { name: "fanfare", source: "lib/index.ts", report: "fanfare" },
  { name: "fanfare/metrics", source: "lib/observe/metrics/index.ts", report: "metrics" },
  { name: "fanfare/otel", source: "lib/observe/otel/index.ts", report: "otel" },
  { name: "fanfare/infra", source: "infra/constructs/index.ts", report: "infra" },
  { name: "fanfare/sns", source: "lib/sns/index.ts", report: "sns" },
  { name: "fanfare/step-functions", source: "lib/step-functions/index.ts", report: "step-functions" },
  { name: "fanfare/testing", source: "lib/testing/index.ts", report: "testing" },
];
