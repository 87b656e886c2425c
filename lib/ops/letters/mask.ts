import { isJsonObject, objectOf } from "../../std/index.ts";
import { unwrapBody } from "../../wire/index.ts";
import type { FleetSubscriber } from "../fleet/index.ts";
import type { Letter } from "./types.ts";

const MASK = "***";

/** A letter's body for people: JSON where it is JSON, with the fields masked that the contract marks as sensitive. */
export function masked({ body, event }: Pick<Letter, "body" | "event">, subscriber: FleetSubscriber): unknown {
  const { json, text } = unwrapBody(body);
  const fields = subscriber.promised?.sensitive?.[event?.type ?? ""] ?? [];
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
