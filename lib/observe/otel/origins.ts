import type { SpanContext } from "@opentelemetry/api";
import type { DeliveryInfo, EventInfo } from "../../hook/index.ts";
import { FAILURE_ATTRIBUTE } from "../../names/index.ts";
import { objectOf, parseJson } from "../../std/index.ts";
import { fromTraceHeader, fromTraceparent } from "./contexts.ts";

/**
 * What a delivery comes from, the nearest first: the event's own span, which survives offload, dead-lettering, redrive and replay in the
 * envelope, else X-Ray's; and the record that was dead-lettered, where the message was redriven.
 */
export function originsOf(delivery: DeliveryInfo, event: EventInfo | undefined): readonly SpanContext[] {
  const own = fromTraceparent(event?.traceparent, event?.tracestate) ?? fromTraceHeader(delivery.traceHeader);
  const failed = failedRecordOf(delivery);
  return [own, failed].filter((each) => each !== undefined);
}

function failedRecordOf(delivery: DeliveryInfo): SpanContext | undefined {
  const reason = delivery.attribute(FAILURE_ATTRIBUTE);
  const { traceparent } = objectOf(reason === undefined ? undefined : parseJson(reason));
  return fromTraceparent(typeof traceparent === "string" ? traceparent : undefined);
}
