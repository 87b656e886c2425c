import { FanfareError } from "../errors/index.ts";
import { isBase64, isJsonObject, parseJson } from "./envelope.ts";
import { isPointer, type PayloadPointer, readPointer } from "./pointer.ts";

/** What a message's body turned out to be. */
export type Body =
  | { readonly kind: "json"; readonly value: unknown; readonly attributes: ReadonlyMap<string, string> }
  | { readonly kind: "pointer"; readonly pointer: PayloadPointer; readonly attributes: ReadonlyMap<string, string> };

const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();

/**
 * Parses the body of a message: JSON, a payload pointer, or either of them wrapped by SNS (a subscription without raw
 * delivery). The attributes are those of the wrapping, if there is one.
 *
 * @throws FanfareError `BodyMalformed`
 */
export function readBody(text: string): Body {
  const value = parseJson(text, "body");
  if (!isNotification(value)) return classify(value, NO_ATTRIBUTES);
  return classify(parseJson(value.Message, "body.Message"), wrappedAttributes(value.MessageAttributes));
}

function classify(value: unknown, attributes: ReadonlyMap<string, string>): Body {
  return isPointer(value)
    ? { kind: "pointer", pointer: readPointer(value), attributes }
    : { kind: "json", value, attributes };
}

interface Notification {
  readonly Message: string;
  readonly MessageAttributes?: unknown;
}

/** Source: Amazon SNS Developer Guide, "HTTP/HTTPS notification JSON format"; SQS subscriptions get the same. */
function isNotification(value: unknown): value is Notification & Record<string, unknown> {
  return (
    isJsonObject(value) &&
    value.Type === "Notification" &&
    typeof value.TopicArn === "string" &&
    typeof value.Message === "string"
  );
}

function wrappedAttributes(value: unknown): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  if (!isJsonObject(value)) return attributes;
  for (const [name, attribute] of Object.entries(value)) {
    if (isJsonObject(attribute) && typeof attribute.Value === "string") attributes.set(name, attribute.Value);
  }
  return attributes;
}

/** A text body that is compressed is base64; this gives its bytes. @throws FanfareError `BodyMalformed` */
export function readBase64(text: string): Uint8Array {
  if (!isBase64(text)) {
    throw new FanfareError("BodyMalformed", "the body is marked as compressed but is not base64", {
      field: "body",
      remedy: "remove the contentEncoding attribute, or send base64 of gzip or zstd",
    });
  }
  return Buffer.from(text, "base64");
}
