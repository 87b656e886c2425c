/** How a metric is shown. Figures that differ between rounds show their range. */
export interface Metric {
  readonly label: string;
  readonly format: (value: number) => string;
}

const plain = (digits: number) => (value: number) =>
  value.toLocaleString("en-US", { minimumFractionDigits: 0, maximumFractionDigits: digits });
const milliseconds = (value: number) => `${plain(value < 10 ? 2 : value < 100 ? 1 : 0)(value)} ms`;
const bytes = (value: number) => `${plain(1)(value / 1_024)} KiB`;
const mebibytes = (value: number) => `${plain(1)(value / 1_048_576)} MiB`;

/** All metrics, in the order of their columns. */
export const METRICS: Readonly<Record<string, Metric>> = {
  wallMs: { label: "wall time", format: milliseconds },
  cpuMs: { label: "CPU time", format: milliseconds },
  cpuPerRecordUs: { label: "CPU per record", format: (value) => `${plain(2)(value)} µs` },
  addedPerRecordUs: { label: "more than the baseline", format: (value) => `${plain(2)(value)} µs` },
  perRecordUs: { label: "wall time per record", format: (value) => `${plain(2)(value)} µs` },
  latencyMs: { label: "latency", format: milliseconds },
  importMs: { label: "import", format: milliseconds },
  firstInvocationMs: { label: "first invocation", format: milliseconds },
  startMs: { label: "both", format: milliseconds },
  firstMs: { label: "load and first call", format: milliseconds },
  cpuPerCallMs: { label: "CPU per call", format: milliseconds },
  cpuPerEventMs: { label: "CPU per event", format: milliseconds },
  eventsPerSecond: { label: "events/s", format: plain(0) },
  storeCalls: { label: "DynamoDB calls", format: plain(1) },
  sqsCalls: { label: "SQS calls", format: plain(1) },
  snsCalls: { label: "SNS calls", format: plain(1) },
  s3Calls: { label: "S3 calls", format: plain(1) },
  storeCallsPer1000: { label: "DynamoDB calls per 1,000 events", format: plain(1) },
  writeUnits: { label: "write units per event", format: plain(2) },
  readUnits: { label: "read units per event", format: plain(2) },
  callsPer1000: { label: "calls per 1,000 events", format: plain(1) },
  dollarsPerMillion: { label: "USD per million events", format: plain(2) },
  liveHeap: { label: "peak live heap", format: mebibytes },
  residentSet: { label: "resident set", format: mebibytes },
  heapPerEvent: { label: "heap per event", format: bytes },
  externalBytes: { label: "SDK external", format: bytes },
  externalGzipBytes: { label: "gzipped", format: bytes },
  observerBytes: { label: "of observers", format: bytes },
  bundledBytes: { label: "SDK bundled", format: bytes },
  bundledGzipBytes: { label: "gzipped ", format: bytes },
  synthMs: { label: "synth", format: milliseconds },
};
