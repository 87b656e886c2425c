import { InvalidArgumentError } from "commander";

/** Values of options. Each function throws InvalidArgumentError with what the value must be. */

export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new InvalidArgumentError("it must be a number from 0 (any free port) to 65535.");
  }
  return port;
}

/** A URL of HTTP, without slashes at its end. */
export function parseUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:/.test(text)) {
    throw new InvalidArgumentError("it must be a URL, for example http://localhost:4566.");
  }
  return text.replace(/\/+$/, "");
}

export function positive(text: string): number {
  const value = Number(text);
  if (!(Number.isFinite(value) && value > 0)) {
    throw new InvalidArgumentError("it must be a number above 0.");
  }
  return value;
}

/** How many: at least one. */
export function count(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError("it must be a whole number above 0.");
  }
  return value;
}

export function whole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new InvalidArgumentError("it must be a whole number.");
  }
  return value;
}
