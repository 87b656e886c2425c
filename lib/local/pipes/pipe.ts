import { randomUUID } from "node:crypto";
import { isJsonObject, type Json, type JsonObject, parseJson, type SqsRecord } from "../../std/index.ts";
import { LocalError } from "../common/index.ts";
import { fillTemplate, valueAt } from "../events/index.ts";
import type { MappingConfiguration } from "../pollers/index.ts";

/** A pipe from a queue to an event bus, as the template declares it, resolved. */
export interface PipeConfiguration {
  /** How its queue is polled. */
  readonly source: MappingConfiguration;
  /** ARN of the bus. */
  readonly busArn: string;
  /** Values, or paths into the message: `$.body.type`. */
  readonly detailType: string;
  readonly eventSource: string;
  readonly time: string | undefined;
  /** @default the whole message */
  readonly template: string | undefined;
}

/** `<$.body.id>` */
const VARIABLE = /<(\$[^<>]*)>/g;

/**
 * The event that a pipe makes of a message. Its body is parsed where it is JSON.
 * Source: EventBridge User Guide, "Amazon EventBridge Pipes input transformation" and "Amazon EventBridge Pipes targets".
 *
 * @throws LocalError `InvokeRefused` for what `PutEvents` would refuse
 */
export function eventOf(record: SqsRecord, pipe: PipeConfiguration, now: number): JsonObject {
  const message: unknown = { ...record, body: parseJson(record.body) ?? record.body };
  const from: JsonObject = isJsonObject(message) ? message : {};
  const at = (text: string): Json => (text.startsWith("$.") ? (valueAt(from, text) ?? null) : text);
  const text = pipe.template === undefined ? JSON.stringify(from) : fillTemplate(pipe.template, VARIABLE, at);
  const detail = parseJson(text);
  const [source, type] = [at(pipe.eventSource), at(pipe.detailType)];
  if (!isJsonObject(detail) || typeof source !== "string" || typeof type !== "string") {
    const what = isJsonObject(detail) ? "no source or detail type" : "a detail that is no JSON object";
    throw new LocalError("InvokeRefused", `an event with ${what} is not put on ${pipe.busArn}`);
  }
  const time = pipe.time === undefined ? undefined : at(pipe.time);
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": type,
    source,
    account: pipe.source.accountId,
    time: (typeof time === "string" ? time : new Date(now).toISOString()).replace(/\.\d+Z$/, "Z"),
    region: pipe.source.region,
    resources: [],
    detail,
  };
}
