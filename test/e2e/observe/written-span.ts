import { readFileSync } from "node:fs";
import type { Attributes, SpanKind, SpanStatusCode } from "@opentelemetry/api";

/** A span as a function's process wrote it. */
export interface WrittenSpan {
  readonly functionName: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly kind: SpanKind;
  readonly status: SpanStatusCode;
  readonly startMs: number;
  readonly endMs: number;
  /** Ids of spans. */
  readonly links: readonly string[];
  readonly attributes: Attributes;
}

/** The spans in a file, in the order in which they ended. */
export function readSpans(file: string): WrittenSpan[] {
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return lines.map((line): WrittenSpan => JSON.parse(line));
}
