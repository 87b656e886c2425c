import { isJsonObject, type JsonObject, objectOf } from "../../std/index.ts";
import { unwrapBody } from "../../wire/index.ts";
import type { FleetSubscriber } from "../fleet/index.ts";
import type { Letter } from "./types.ts";

const MASK = "***";

/** A letter's body for people: JSON where it is JSON, with the fields masked that the contract marks as sensitive. */
export function masked(letter: Pick<Letter, "body" | "event">, subscriber: FleetSubscriber): unknown {
  return maskedFields(letter, sensitiveFields(letter.event, subscriber));
}

/** The same, with these fields of its data masked. */
export function maskedFields({ body, event }: Pick<Letter, "body" | "event">, fields: readonly string[]): unknown {
  const { json, text } = unwrapBody(body);
  if (!isJsonObject(json)) {
    // Compressed or offloaded: what is in it cannot be masked, so it is not shown either.
    return json ?? (fields.length > 0 || event === undefined ? `${text.length} characters that are not JSON` : text);
  }
  const data = { ...objectOf(json.data) };
  for (const field of fields.filter((each) => Object.hasOwn(data, each))) {
    data[field] = MASK;
  }
  return isJsonObject(json.data) ? { ...json, data } : json;
}

/** An envelope that a person has edited, with the original's value in each sensitive field that is still masked. */
export function unmasked(edited: JsonObject, { body, event }: Letter, subscriber: FleetSubscriber): JsonObject {
  const original = objectOf(objectOf(unwrapBody(body).json).data);
  if (!isJsonObject(edited.data)) {
    return edited;
  }
  const data = { ...edited.data };
  for (const field of sensitiveFields(event, subscriber)) {
    const value = Object.hasOwn(original, field) ? original[field] : undefined;
    if (data[field] === MASK && value !== undefined) {
      data[field] = value;
    }
  }
  return { ...edited, data };
}

/** Fields of the data that the contract marks as sensitive. */
export function sensitiveFields(event: Letter["event"], { promised }: FleetSubscriber): readonly string[] {
  return promised?.sensitive?.[event?.type ?? ""] ?? [];
}
