import { InvalidArgumentError } from "commander";

/** Reads the value of an option. @throws InvalidArgumentError for anything but a whole number above 0 */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError("give a whole number from 1");
  }
  return value;
}

/** Reads the value of an option. @throws InvalidArgumentError for anything but an HTTP URL */
export function httpUrl(text: string): string {
  if (!/^https?:$/.test(URL.parse(text)?.protocol ?? "")) {
    throw new InvalidArgumentError("give an HTTP URL, such as http://127.0.0.1:4566");
  }
  return text;
}
