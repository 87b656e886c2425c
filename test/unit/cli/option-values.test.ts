import { InvalidArgumentError } from "commander";
import { expect, test } from "vitest";
import { parsePort, parseUrl, positive, whole } from "../../../lib/cli/commands/values.ts";

test.each<[string, (text: string) => unknown, string, unknown]>([
  ["a port", parsePort, "4566", 4566],
  ["any free port", parsePort, "0", 0],
  ["a URL", parseUrl, "http://localhost:4566/", "http://localhost:4566"],
  ["a number", positive, "0.5", 0.5],
  ["a whole number", whole, "0", 0],
])("%s is taken", (_, parse, text, value) => {
  expect(parse(text)).toBe(value);
});

test.each<[(text: string) => unknown, string, RegExp]>([
  [parsePort, "99999", /0 \(any free port\) to 65535/],
  [parsePort, "-1", /port/],
  [parsePort, "80.5", /port/],
  [parseUrl, "notaurl", /must be a URL, for example/],
  [parseUrl, "localhost:4566", /must be a URL/],
  [parseUrl, "ftp://localhost", /must be a URL/],
  [positive, "-5", /above 0/],
  [positive, "many", /above 0/],
  [whole, "1.5", /whole number/],
])("%o says what %s must be", (parse, text, message) => {
  expect(() => parse(text)).toThrow(InvalidArgumentError);
  expect(() => parse(text)).toThrow(message);
});
