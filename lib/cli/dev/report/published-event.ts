import { isJsonObject, parseJson } from "../../../std/index.ts";

/** Characters of an event's id that are shown: enough to tell the events of a screen apart. */
const ID_CHARACTERS = 4;

export function shortId(id: string): string {
  return id.slice(0, ID_CHARACTERS);
}

/** An event's name and the start of its id, from an envelope; of another message `message` and the start of its message id. */
export function publishedEvent({ body, messageId }: { readonly body: string; readonly messageId: string }): {
  readonly name: string;
  readonly id: string;
} {
  const envelope = parseJson(body);
  const { type, id } = isJsonObject(envelope) ? envelope : {};
  return {
    name: typeof type === "string" ? type.slice(type.lastIndexOf(".") + 1) : "message",
    id: shortId(typeof id === "string" ? id : messageId),
  };
}
