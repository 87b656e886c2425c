import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { recordInto } from "../../../lib/cli/dev/trace-facts.ts";
import { type ConsumerOutcome, type LocalRuntime, startLocalRuntime } from "../../../lib/local/index.ts";
import { TraceJournal } from "../../../lib/ops/index.ts";
import { readSpans, type WrittenSpan } from "./written-span.ts";

/** The shop of the reference app, its functions traced. */
export interface TracedApp {
  readonly runtime: LocalRuntime;
  /** What `fanfare dev` would have recorded. */
  readonly journal: TraceJournal;
  readonly outcomes: readonly ConsumerOutcome[];
  spans(): WrittenSpan[];
  close(): Promise<void>;
}

/** Runs the deployed bundles of a synthesised app; `NODE_OPTIONS` of its functions loads the tracing, as a layer of Lambda does. */
export async function startTracedApp(assembly: string): Promise<TracedApp> {
  const folder = mkdtempSync(join(tmpdir(), "fanfare-traced-"));
  const spans = join(folder, "spans.ndjson");
  writeFileSync(spans, "");
  const tracing = join(folder, "tracing.mjs");
  await build({
    entryPoints: [resolve(import.meta.dirname, "traced-process.ts")],
    outfile: tracing,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node24",
    // The SDK of OpenTelemetry requires modules of Node.js.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    logLevel: "silent",
  });
  const copy = join(folder, "assembly");
  traced(assembly, copy, { NODE_OPTIONS: `--import=${tracing}`, SPANS_FILE: spans });
  const journal = new TraceJournal();
  const outcomes: ConsumerOutcome[] = [];
  const record = recordInto(journal);
  const runtime = await startLocalRuntime({
    ...record,
    assembly: copy,
    stacks: ["Shop"],
    maxEnvironments: 2,
    onOutcome: (entry) => {
      outcomes.push(entry.outcome);
      record.onOutcome(entry);
    },
  });
  return {
    runtime,
    journal,
    outcomes,
    spans: () => readSpans(spans),
    close: async () => {
      await runtime.close({ graceMs: 0 });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Template {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties?: { Environment?: { Variables?: object } } }>
  >;
}

/** The assembly again, with more variables for each function. Its assets stay where they are. */
function traced(from: string, to: string, variables: object): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    if (!name.endsWith(".template.json")) {
      symlinkSync(resolve(from, name), join(to, name));
      continue;
    }
    const template: Template = JSON.parse(readFileSync(join(from, name), "utf8"));
    for (const { Type, Properties } of Object.values(template.Resources)) {
      if (Type === "AWS::Lambda::Function" && Properties !== undefined) {
        Properties.Environment = { Variables: { ...Properties.Environment?.Variables, ...variables } };
      }
    }
    writeFileSync(join(to, name), JSON.stringify(template));
  }
}
