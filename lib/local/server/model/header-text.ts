/**
 * Text beyond ASCII in headers. HTTP carries bytes there, which Node shows as one character a byte; clients mean UTF-8.
 */
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/** The text of a header as it arrived: UTF-8 where its bytes are that, else as Node shows it. */
export function decodeHeaderText(value: string): string {
  if (PRINTABLE_ASCII.test(value)) {
    return value;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(value, "latin1"));
  } catch {
    return value;
  }
}

/** Text as the bytes of a header. Control characters, which would end the header, become spaces. */
export function encodeHeaderText(text: string): string {
  return PRINTABLE_ASCII.test(text) ? text : Buffer.from(text.replace(/\p{Cc}/gu, " "), "utf8").toString("latin1");
}

/** A value of an object's metadata: as RFC 2047 words beyond ASCII ("Working with object metadata" in the S3 guide). */
export function encodeMetadata(text: string): string {
  return PRINTABLE_ASCII.test(text) ? text : `=?UTF-8?B?${Buffer.from(text, "utf8").toString("base64")}?=`;
}
