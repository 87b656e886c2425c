import { randomUUID } from "node:crypto";
import { OFFLOAD_ATTRIBUTE, TYPE_ATTRIBUTE } from "../../lib/names/index.ts";
import { composeMessage, utf8Bytes, type WireAttributes } from "../../lib/wire/index.ts";
import { interop, SOURCE } from "./contract.ts";
import type { PeerMessage } from "./peer.ts";

/**
 * What one row exchanges: `small` messages; `medium` ones, each below every threshold and together more than the 1,048,576 bytes
 * of one SendMessageBatch; `large` ones, above a topic's default maximum and every extended client's threshold (262,144 bytes).
 */
export type Size = "small" | "medium" | "large";

/** Filler of each message and their number: more than one, so that order shows on FIFO. */
const SIZES: Readonly<Record<Size, { readonly bytes: number; readonly messages: number }>> = {
  small: { bytes: 0, messages: 2 },
  medium: { bytes: 230_000, messages: 5 },
  large: { bytes: 300_000, messages: 2 },
};

/** What text goes wrong with: several bytes a character, surrogate pairs, escapes, line ends, the ends of SQS's character range. */
const NOTE = 'Grüße, 気温 21 °C 🌡️, "quoted" \\ / \t and\r\nnext, null \\u0000, \u2028, \uFFFD, <&>';

/** The payload of one event. */
export type Measured = ReturnType<typeof measured>;

function measured(station: string, reading: number, bytes: number) {
  const filler = "ü".repeat(bytes / utf8Bytes("ü"));
  return { station, reading, isFinal: reading > 0, tags: ["wind", "ost & west"], note: NOTE + filler };
}

/** One event: what a client sends or must receive, and what the handler must get. */
export interface Sample {
  readonly id: string;
  readonly time: Date;
  readonly data: Measured;
  /** As Fanfare would write it, byte for byte. */
  readonly message: PeerMessage;
}

/** Events of one message group, in order. Attributes are those that Fanfare sends with such an event. */
export function samples(size: Size): readonly Sample[] {
  const { bytes, messages } = SIZES[size];
  const station = `north-${randomUUID().slice(0, 8)}`;
  return Array.from({ length: messages }, (_, index) => {
    const data = measured(station, index === 0 ? -40.25 : index, bytes);
    const id = randomUUID();
    const time = new Date(Date.UTC(2026, 10, 21, 12, 0, index, 123));
    const { body, attributes } = composeMessage(interop.events.Measured, SOURCE, data, data, { id, time });
    const message = { body, attributes: plain(attributes), group: station, deduplicationId: id };
    return { id, time, data, message };
  });
}

function plain(attributes: WireAttributes): PeerMessage["attributes"] {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue = "" }]) => [
      name,
      { type: DataType, value: StringValue },
    ]),
  );
}

/** The message without what others cannot know: only the attribute by which subscriptions filter. */
export function typeOnly(type: string): PeerMessage["attributes"] {
  return { [TYPE_ATTRIBUTE]: { type: "String", value: type } };
}

/** The attribute that marks an offloaded body, as Fanfare writes it. */
export function offloadMarker(body: string): PeerMessage["attributes"] {
  return { [OFFLOAD_ATTRIBUTE]: { type: "Number", value: String(utf8Bytes(body)) } };
}
