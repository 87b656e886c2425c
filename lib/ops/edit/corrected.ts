import { randomUUID } from "node:crypto";
import { FanfareError } from "../../errors/index.ts";
import { FAILURE_ATTRIBUTE } from "../../names/index.ts";
import { isJsonObject, objectOf, parseJson } from "../../std/index.ts";
import {
  type Envelope,
  messageBytes,
  readEnvelope,
  SQS_MAX_BYTES,
  unwrapBody,
  writeEnvelope,
} from "../../wire/index.ts";
import type { FleetSubscriber } from "../fleet/index.ts";
import { type Letter, masked, unmasked } from "../letters/index.ts";

/** A corrected event that takes the place of a letter. */
export interface Correction {
  /** The CloudEvents id of the copy. */
  readonly id: string;
  readonly envelope: Envelope;
  readonly body: string;
}

/**
 * What a person edits: the envelope as JSON, with sensitive fields masked.
 *
 * @throws FanfareError `ConfigurationInvalid` for a body without an envelope: compressed, in S3, or of another program
 */
export function editableText(letter: Letter, subscriber: FleetSubscriber): string {
  if (letter.event === undefined || !isJsonObject(unwrapBody(letter.body).json)) {
    throw new FanfareError(
      "ConfigurationInvalid",
      `the body of ${letter.messageId} is not an event that can be edited`,
      {
        field: "id",
        remedy: "its payload is compressed, in S3, or of another program: publish a corrected event instead",
      },
    );
  }
  return `${JSON.stringify(masked(letter, subscriber), undefined, 2)}\n`;
}

/**
 * The envelope of a letter with other data, as an editor of the data alone leaves it: text for {@link correctionOf}.
 *
 * @throws FanfareError as {@link editableText} does
 */
export function textWithData(letter: Letter, data: unknown, subscriber: FleetSubscriber): string {
  return JSON.stringify({ ...objectOf(parseJson(editableText(letter, subscriber))), data });
}

/**
 * The event that takes the place of a letter: what was edited, with a new id, and the original's id as `causationid`. Its
 * `correlationid` is the original's, else the original's id: as if a handler of the original had published it. Sensitive fields that are
 * still masked keep the original's values.
 *
 * @throws FanfareError `ConfigurationInvalid` for text that is no envelope, is another event's, or does not fit into a message
 */
export function correctionOf(
  letter: Letter,
  text: string,
  subscriber: FleetSubscriber,
  id: string = randomUUID(),
): Correction {
  const given = parseJson(text);
  if (!isJsonObject(given)) {
    throw invalid("the edited text is no JSON object", "body", "edit the whole envelope, with its data");
  }
  const edited = readEnvelope(unmasked(given, letter, subscriber));
  for (const field of ["source", "type"] as const) {
    if (edited[field] !== letter.event?.[field]) {
      throw invalid(
        `${field} is ${edited[field]}, not ${letter.event?.[field]}`,
        field,
        "correct data only; publish another event to change what it is",
      );
    }
  }
  const original = letter.event?.id;
  const correlationid = edited.correlationid ?? original;
  const envelope: Envelope = {
    ...edited,
    id,
    ...(original === undefined ? {} : { causationid: original }),
    ...(correlationid === undefined ? {} : { correlationid }),
  };
  const body = writeEnvelope(envelope);
  const bytes = messageBytes(body, attributesOfCorrection(letter));
  if (bytes > SQS_MAX_BYTES) {
    throw invalid(
      `the message has ${bytes} bytes, more than ${SQS_MAX_BYTES}`,
      "body",
      "publish it: publishers offload",
    );
  }
  return { id, envelope, body };
}

/** The letter's attributes without the reason why the original failed. */
export function attributesOfCorrection({ attributes }: Letter): Letter["attributes"] {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => name !== FAILURE_ATTRIBUTE));
}

function invalid(message: string, field: string, remedy: string): FanfareError {
  return new FanfareError("ConfigurationInvalid", message, { field, remedy });
}
