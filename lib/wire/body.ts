import { FanfareError } from "../errors/index.ts";
import { isJsonObject } from "../std/index.ts";
import { isBase64, parseJson } from "./envelope.ts";
import { isPointer, type PayloadPointer, readPointer } from "./pointer.ts";

/** The parsed body of a message. */
export type Body =
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "pointer"; readonly pointer: PayloadPointer };

/**
 * Parses the body of a message: JSON or a payload pointer, either of them possibly wrapped by SNS (a subscription without raw
 * delivery).
 *
 * @throws FanfareError `BodyMalformed`
 */
export function readBody(text: string): Body {
  const value = parseJson(text, "body");
  return bodyOf(isNotification(value) ? parseJson(value.Message, "body.Message") : value);
}

function bodyOf(value: unknown): Body {
  return isPointer(value) ? { kind: "pointer", pointer: readPointer(value) } : { kind: "json", value };
}

/** Source: Amazon SNS Developer Guide, "HTTP/HTTPS notification JSON format"; SQS subscriptions receive the same format. */
function isNotification(value: unknown): value is { readonly Message: string } {
  return (
    isJsonObject(value) &&
    value.Type === "Notification" &&
    typeof value.TopicArn === "string" &&
    typeof value.Message === "string"
  );
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
