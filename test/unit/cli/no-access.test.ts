import { expect, test } from "vitest";
import { CliError, EXIT } from "../../../lib/cli/cli-error.ts";
import { noAccess } from "../../../lib/cli/no-access.ts";

test.each([
  [new Error("Region is missing"), "Region is missing (start `fanfare dev` in this folder, or give --region"],
  [Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:9"), { code: "ECONNREFUSED" }), "check --endpoint-url"],
  [Object.assign(new Error("getaddrinfo ENOTFOUND sqs.nowhere"), { code: "ENOTFOUND" }), "check --endpoint-url"],
  [Object.assign(new Error("not allowed"), { name: "AccessDeniedException" }), "what the role may do"],
  [Object.assign(new Error("no credentials"), { name: "CredentialsProviderError" }), "check --profile"],
])("%s has a remedy, and the exit code of no access", (error, text) => {
  const explained = noAccess(error);
  expect(explained?.message).toContain(text);
  expect(explained?.exitCode).toBe(EXIT.noAccess);
  expect(explained?.cause).toBe(error);
});

test.each([new Error("a mistake"), new CliError("said already"), new TypeError("x is not a function"), "text"])(
  "%s is left as it is",
  (error) => {
    expect(noAccess(error)).toBeUndefined();
  },
);
