import { randomUUID } from "node:crypto";
import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import { z } from "zod";
import { defineContract, event } from "../../../lib/index.ts";

/** The payload of every event in this suite. */
export const thing = z.object({ n: z.number(), group: z.string().optional() });

/** What a handler of this suite gets. */
export type Thing = z.infer<typeof thing>;

/** The envelope as users of other wrappers would declare it for themselves. */
export const envelope = z.object({ specversion: z.literal("1.0"), id: z.string(), source: z.string(), data: thing });

export const contract = defineContract("conformance", {
  Thing: event({ schema: thing, group: (it) => it.group ?? "g" }),
});

export const SOURCE = "/conformance";

/** A message to be sent. */
export interface Outgoing {
  /** The event's id, and the name by which properties speak of the message. */
  readonly id: string;
  readonly body: string;
  readonly group: string;
  readonly attributes: Record<string, MessageAttributeValue>;
}

/** The message of one event. */
export function thingOf(
  id: string,
  options: { n?: number; group?: string; extra?: object; data?: object; attributes?: Outgoing["attributes"] } = {},
): Outgoing {
  const { n = 0, group = "g", extra, data, attributes = {} } = options;
  const body = JSON.stringify({
    specversion: "1.0",
    id,
    source: SOURCE,
    type: "conformance.Thing",
    time: new Date().toISOString(),
    datacontenttype: "application/json",
    dataversion: 1,
    ...extra,
    data: { n, group, ...data },
  });
  return {
    id,
    body,
    group,
    attributes: { type: { DataType: "String", StringValue: "conformance.Thing" }, ...attributes },
  };
}

/** Messages `a-0`, `a-1`, ... with `n` counting up. */
export function things(count: number, options: { prefix?: string; group?: string } = {}): Outgoing[] {
  const { prefix = "a", group } = options;
  return Array.from({ length: count }, (_, n) => thingOf(`${prefix}-${n}`, group === undefined ? { n } : { n, group }));
}

/** A message with a body of its own. */
export function raw(name: string, body: string, group = "g", attributes: Outgoing["attributes"] = {}): Outgoing {
  return { id: name, body, group, attributes };
}

export const unique = (): string => randomUUID().slice(0, 8);
