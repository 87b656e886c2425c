import { malformedField } from "./malformed.ts";
import type { Shape, TimestampFormat } from "./schema.ts";

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/** Bytes from base64. Line ends inside, which some encoders write, are ignored. */
export function fromBase64(text: string, path: string): Uint8Array {
  const compact = text.replace(/[\r\n]/g, "");
  if (!BASE64.test(compact)) {
    throw malformedField(path, "base64", text);
  }
  return new Uint8Array(Buffer.from(compact, "base64"));
}

export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

/** A scalar from a string, as protocols without types (query, XML, headers) transmit it. */
export function scalarFromText(shape: Shape, text: string, path: string): unknown {
  switch (shape.kind) {
    case "number": {
      const number = Number(text);
      if (text.trim() === "" || !Number.isFinite(number)) {
        throw malformedField(path, "a number", text);
      }
      return number;
    }
    case "boolean":
      if (!/^(true|false)$/i.test(text)) {
        throw malformedField(path, "true or false", text);
      }
      return text.toLowerCase() === "true";
    case "blob":
      return fromBase64(text, path);
    case "timestamp":
      return dateFromText(text, path);
    default:
      return text;
  }
}

function dateFromText(text: string, path: string): Date {
  const date = /^\d+(\.\d+)?$/.test(text) ? new Date(Number(text) * 1000) : new Date(text);
  if (Number.isNaN(date.getTime())) {
    throw malformedField(path, "a date", text);
  }
  return date;
}

/** The text of a scalar. `fallback` is the protocol's format for timestamps whose model names none. */
export function scalarToText(shape: Shape, value: unknown, fallback: TimestampFormat): string {
  if (value instanceof Date) {
    const named = shape.kind === "timestamp" && shape.format !== "default" ? shape.format : fallback;
    switch (named) {
      case "http-date":
        return value.toUTCString();
      case "epoch-seconds":
        return String(value.getTime() / 1000);
      default:
        return value.toISOString();
    }
  }
  return value instanceof Uint8Array ? toBase64(value) : String(value);
}
