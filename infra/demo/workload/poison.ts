import type { SubscriberName } from "../stage/subscribers.ts";

/** A message that no handler can process, sent directly to a queue. */
export interface Poison {
  readonly subscriber: SubscriberName;
  readonly id: string;
  readonly body: string;
  /** Error code of the reason with which it should be dead-lettered. */
  readonly error: string;
}

const POINTER_CLASS = "software.amazon.payloadoffloading.PayloadS3Pointer";

/** Messages that faulty software, or attackers, put into queues. */
export function makePoison(): Poison[] {
  return [
    { subscriber: "billing", id: "poison-json", body: '{"specversion": "1.0", "id": ', error: "BodyMalformed" },
    { subscriber: "inventory", id: "poison-event", body: envelope("orders.OrderShipped", {}), error: "UnknownEvent" },
    {
      subscriber: "notification",
      id: "poison-schema",
      body: envelope("orders.OrderPlaced", { orderId: "poison", total: "a lot" }, 2),
      error: "SchemaMismatch",
    },
    {
      subscriber: "archive",
      id: "poison-pointer",
      body: JSON.stringify([POINTER_CLASS, { s3BucketName: "bucket-of-another-account", s3Key: "payroll.json" }]),
      error: "PointerNotAllowed",
    },
    {
      subscriber: "triage",
      id: "poison-version",
      body: envelope("webhooks.IssueChanged", { event: "issues", payload: {} }, 99),
      error: "UnknownVersion",
    },
  ];
}

function envelope(type: string, data: unknown, dataversion = 1): string {
  return JSON.stringify({ specversion: "1.0", id: "poison", source: "urn:elsewhere", type, dataversion, data });
}
