import type { Benchmark, CaseResult, Measured } from "../harness/index.ts";
import { distributionOf, inProcesses, interleave, measured, medianOf, ratio } from "../harness/index.ts";
import { bundleHandler } from "../support/bundles.ts";
import {
  type ObservabilitySettings,
  observabilityContenders,
  PLAIN,
  SDK_ALONE,
} from "../support/observability-contenders.ts";
import { LATENCY_MS, Services } from "../support/services.ts";

/** The process of each contender. */
const MAIN = new URL("../support/observability-main.ts", import.meta.url);

const METRICS = "Fanfare, metrics()";

/** Most CPU time with an observer, as a multiple of that without. */
const MOST_CPU = 1.03;

/** CPU times differ by more than an observer costs: the median needs many samples. */
const SAMPLES_A_ROUND = 50;
const WARM_UPS = 75;

const CPU = "cpuPerRecordUs";

/** What observers cost in bytes and CPU time. */
export const observability: Benchmark = {
  name: "observability",
  async run({ rounds, quick, progress }) {
    const services = await Services.start();
    try {
      progress("bundles");
      const bundles = await bundlesOf();
      const { addresses, table } = services;
      const names = Object.keys(observabilityContenders.contenders);
      const repetition = { rounds: rounds * (quick ? 3 : SAMPLES_A_ROUND), warmUps: quick ? 4 : WARM_UPS };
      const cpuOf = async (name: string, store: ObservabilitySettings["store"]): Promise<CaseResult> => {
        progress(name);
        const settings: ObservabilitySettings = { store, size: 100, addresses, table };
        const contenders = await inProcesses({ main: MAIN, names, settings }, async (processes) =>
          interleave(processes, repetition),
        );
        return { name, baseline: PLAIN, ratioOf: CPU, contenders: withAdded(contenders) };
      };
      const cpu = await cpuOf("a table over HTTP", "table");
      const memory = await cpuOf("a store in memory", "memory");
      return {
        name: this.name,
        title: "Observers",
        method: `The idempotent handler with 100 small events an invocation, each with a trace context, through its own client, to a table that responds after ${LATENCY_MS} ms, and with a store in memory, where the same difference is a larger part. metrics() writes to /dev/null, the exporter of traces drops them. Ratio and difference are medians of those within rounds. The sampler is based on the parent, and samples no root, where nothing is sampled. Bare spans are what the SDK of OpenTelemetry costs alone: one span per record without attributes, links and events. Sizes are those of bundles without the SDK of AWS and the schema library, as the constructs make them.`,
        cases: [cpu, memory, bundles],
        targets: [
          {
            name: "bytes of observers in a bundle that imports none",
            bound: "at most",
            limit: 0,
            value: medianOf(bundles, PLAIN, "observerBytes"),
            unit: " bytes",
          },
          ...names
            .filter((name) => name !== PLAIN && name !== SDK_ALONE)
            .map((name) => ({
              name: `CPU: ${name} / ${PLAIN}`,
              bound: "at most" as const,
              limit: MOST_CPU,
              value: ratio(cpu, name, PLAIN),
              unit: " x",
            })),
        ],
      };
    } finally {
      await services.stop();
    }
  },
};

/** With what each takes more than the baseline in the same round. */
function withAdded(contenders: readonly Measured[]): readonly Measured[] {
  const plain = contenders.find(({ name }) => name === PLAIN)?.metrics[CPU]?.samples ?? [];
  return contenders.map(({ name, metrics }) => {
    const own = metrics[CPU]?.samples ?? [];
    const added = own.map((sample, round) => sample - (plain[round] ?? Number.NaN));
    return { name, metrics: { ...metrics, addedPerRecordUs: distributionOf(added) } };
  });
}

/** A bundle without an observer, and with each. */
async function bundlesOf(): Promise<CaseResult> {
  const candidates = [
    [PLAIN, "fanfare"],
    [METRICS, "fanfare-metrics"],
    ["Fanfare, otel()", "fanfare-otel"],
  ] as const;
  const contenders = await Promise.all(
    candidates.map(async ([label, handler]) => {
      const { all, byFolder } = await bundleHandler(handler, "sdk and zod", "constructs");
      return measured(label, [{ externalBytes: all.bytes, observerBytes: byFolder["lib/observe"] ?? 0 }]);
    }),
  );
  return { name: "bundle", baseline: PLAIN, ratioOf: "externalBytes", contenders };
}
