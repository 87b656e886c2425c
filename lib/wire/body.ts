import { FanfareError } from "../errors/index.ts";
import { isJsonObject, parseJson } from "../std/index.ts";
import { isBase64 } from "./envelope.ts";

/** A message's body without SNS's wrapping. */
export interface Unwrapped {
  readonly text: string;
  /** What the text says as JSON; `undefined` if it is none. */
  readonly json: unknown;
  /** The message attributes in the wrapping, binary ones as base64; `undefined` where nothing was wrapped. */
  readonly attributes: ReadonlyMap<string, string> | undefined;
}

/** Takes SNS's wrapping off a body, if it has one: that of a subscription without raw delivery. One wrapping, not two. */
export function unwrapBody(text: string): Unwrapped {
  const json = jsonOf(text);
  return isNotification(json)
    ? { text: json.Message, json: jsonOf(json.Message), attributes: attributesOf(json.MessageAttributes) }
    : { text, json, attributes: undefined };
}

/** What a text says as JSON, with or without a byte order mark before it; `undefined` if it is none. */
function jsonOf(text: string): unknown {
  return parseJson(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
}

/** Source: Amazon SNS Developer Guide, "HTTP/HTTPS notification JSON format"; SQS subscriptions receive the same format. */
interface Notification {
  readonly Message: string;
  readonly MessageAttributes?: unknown;
}

function isNotification(value: unknown): value is Notification {
  return (
    isJsonObject(value) &&
    value.Type === "Notification" &&
    typeof value.TopicArn === "string" &&
    typeof value.Message === "string"
  );
}

/** Attributes of the form `{ name: { Type, Value } }`; others are left out. */
function attributesOf(given: unknown): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (const [name, attribute] of Object.entries(isJsonObject(given) ? given : {})) {
    if (isJsonObject(attribute) && typeof attribute.Value === "string") {
      attributes.set(name, attribute.Value);
    }
  }
  return attributes;
}

/** Decodes a compressed body, which is base64. @throws FanfareError `BodyMalformed` */
export function readBase64(text: string): Uint8Array {
  if (!isBase64(text)) {
    throw new FanfareError("BodyMalformed", "the body is marked as compressed but is not base64", {
      field: "body",
      remedy: "remove the contentEncoding attribute, or send base64 of gzip or zstd",
    });
  }
  return Buffer.from(text, "base64");
}
