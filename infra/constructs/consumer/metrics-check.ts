import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Annotations } from "aws-cdk-lib";
import type { IConstruct } from "constructs";
import { sourcesOf } from "./sources.ts";

/** The key of the embedded metric format, which `metrics()` writes, and nobody who writes metrics can do without. */
const WRITES_METRICS = "CloudWatchMetrics";

/** An import of Fanfare that is left to a layer or to `node_modules`: what it brings cannot be known. */
const FANFARE_IS_EXTERNAL = /(?:\bfrom|\bimport\s*\(?)\s*["']fanfare(?:\/|["'])/;

/**
 * Warns of a handler whose metrics are wanted and whose bundle does not write any: its alarms would have no data, and never go off.
 *
 * @param folder of the bundle
 */
export function warnOfMissingMetrics(fn: IConstruct, folder: string): void {
  if (sourcesOf(fn).every(({ metricsNamespace }) => metricsNamespace === undefined)) {
    return;
  }
  const modules = readdirSync(folder).filter((name) => name.endsWith(".mjs"));
  const mayWrite = modules.some((name) => {
    const text = readFileSync(join(folder, name), "utf8");
    return text.includes(WRITES_METRICS) || FANFARE_IS_EXTERNAL.test(text);
  });
  if (!mayWrite) {
    Annotations.of(fn).addWarningV2(
      "fanfare:metricsMissing",
      "metrics is set, but the code of the handler writes none, so alarms and graphs of metrics would have no data: pass observers: [metrics()] of fanfare/metrics to consume()",
    );
  }
}
