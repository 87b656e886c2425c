import { join } from "node:path";
import type { EntryPoint } from "./entry-points.ts";

/** Configuration of API Extractor for one entry point: the report only, from the declarations that `tsc` wrote into `build`. */
export function extractorConfig(entry: EntryPoint, build: string): object {
  const declarations = join(build, entry.source.replace(/\.ts$/, ".d.ts"));
  return {
    projectFolder: build,
    mainEntryPointFilePath: declarations,
    newlineKind: "lf",
    apiReport: {
      enabled: true,
      reportFileName: `${entry.report}.api.md`,
      reportFolder: join(build, "reports"),
      reportTempFolder: join(build, "reports/temp"),
    },
    docModel: { enabled: false },
    dtsRollup: { enabled: false },
    tsdocMetadata: { enabled: false },
    compiler: {
      overrideTsconfig: {
        compilerOptions: {
          target: "es2023",
          lib: ["es2024", "esnext.disposable"],
          module: "nodenext",
          moduleResolution: "nodenext",
          types: ["node"],
          strict: true,
          skipLibCheck: true,
        },
        files: [declarations],
      },
    },
    messages: {
      compilerMessageReporting: { default: { logLevel: "error" } },
      extractorMessageReporting: {
        default: { logLevel: "none" },
        "ae-forgotten-export": { logLevel: "warning", addToApiReportFile: true },
      },
      tsdocMessageReporting: { default: { logLevel: "none" } },
    },
  };
}
