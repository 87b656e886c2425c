import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { devNull, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type ChoiceOptions, chosenClient } from "../../../lib/aws/choice.ts";
import { SDK_VARIABLES } from "../../../lib/names/index.ts";

const OWN: ChoiceOptions = { client: undefined };

/** As on Lambda: keys, token and Region, and no configuration files. */
beforeEach(() => {
  for (const name of [...SDK_VARIABLES, "AWS_ENDPOINT_URL", "AWS_ACCOUNT_ID", "FANFARE_AWS_CLIENT"]) {
    vi.stubEnv(name, undefined);
  }
  vi.stubEnv("AWS_REGION", "eu-central-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKID");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  vi.stubEnv("AWS_SESSION_TOKEN", "token");
  vi.stubEnv("AWS_CONFIG_FILE", "/nowhere/config");
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere/credentials");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe("the client", () => {
  it("is the lean one where keys and Region are in the environment", () => {
    expect(chosenClient("dynamodb", undefined, OWN)).toBe("lean");
    expect(chosenClient("sqs", "us-gov-west-1", OWN)).toBe("lean");
  });

  it.each(["http://127.0.0.1:4566", "https://vpce-0a.dynamodb.eu-central-1.vpce.amazonaws.com"])(
    "is the lean one at the endpoint %s",
    (endpoint) => {
      vi.stubEnv("AWS_ENDPOINT_URL", endpoint);
      vi.stubEnv("AWS_ACCOUNT_ID", "123456789012");
      expect(chosenClient("dynamodb", undefined, OWN)).toBe("lean");
    },
  );

  it.each(SDK_VARIABLES)("is the SDK's where %s is set, and not where it is empty or false", (name) => {
    vi.stubEnv(name, "true");
    expect(chosenClient("sqs", undefined, OWN)).toBe("sdk");
    vi.stubEnv(name, "false");
    expect(chosenClient("sqs", undefined, OWN)).toBe("lean");
    vi.stubEnv(name, "");
    expect(chosenClient("sqs", undefined, OWN)).toBe("lean");
  });

  it.each([
    ["AWS_ACCESS_KEY_ID", ""],
    ["AWS_SECRET_ACCESS_KEY", ""],
    ["AWS_REGION", ""],
    ["AWS_REGION", "fips-us-east-1"],
    ["AWS_REGION", "us-east-1-fips"],
    ["AWS_REGION", "evil.example.com/x"],
    ["AWS_ENDPOINT_URL", "http://user:password@127.0.0.1:4566"],
    ["AWS_ENDPOINT_URL", "http://127.0.0.1:4566/?x=1"],
    ["AWS_ENDPOINT_URL", "ftp://127.0.0.1"],
    ["AWS_ENDPOINT_URL", "no URL"],
  ])("is the SDK's with %s = %j", (name, value) => {
    vi.stubEnv(name, value);
    expect(chosenClient("dynamodb", undefined, OWN)).toBe("sdk");
  });

  it("is the SDK's for DynamoDB's endpoints of accounts, unless they are turned off", () => {
    vi.stubEnv("AWS_ACCOUNT_ID", "123456789012");
    expect(chosenClient("dynamodb", undefined, OWN)).toBe("sdk");
    expect(chosenClient("sqs", undefined, OWN)).toBe("lean");
    vi.stubEnv("AWS_ACCOUNT_ID_ENDPOINT_MODE", "disabled");
    expect(chosenClient("dynamodb", undefined, OWN)).toBe("lean");
    vi.stubEnv("AWS_ACCOUNT_ID_ENDPOINT_MODE", "required");
    expect(chosenClient("dynamodb", undefined, OWN)).toBe("sdk");
  });

  it.each(["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"])("is the SDK's where the file of %s exists", (name) => {
    const folder = mkdtempSync(join(tmpdir(), "fanfare-choice-"));
    try {
      writeFileSync(join(folder, "file"), "[default]\nuse_fips_endpoint = true\n");
      vi.stubEnv(name, join(folder, "file"));
      expect(chosenClient("sqs", undefined, OWN)).toBe("sdk");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each([devNull, "an empty file"])("is the lean one where the files are switched off by %s", (file) => {
    const folder = mkdtempSync(join(tmpdir(), "fanfare-choice-"));
    try {
      writeFileSync(join(folder, "empty"), "");
      vi.stubEnv("AWS_CONFIG_FILE", file === devNull ? devNull : join(folder, "empty"));
      vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", file === devNull ? devNull : join(folder, "empty"));
      expect(chosenClient("sqs", undefined, OWN)).toBe("lean");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("is forced by the option, and else by the variable; a client that is given comes first", () => {
    vi.stubEnv("FANFARE_AWS_CLIENT", "sdk");
    expect(chosenClient("sqs", undefined, OWN)).toBe("sdk");
    expect(chosenClient("sqs", undefined, { ...OWN, awsClient: "lean" })).toBe("lean");
    expect(chosenClient("sqs", undefined, { client: {}, awsClient: "lean" })).toBe("sdk");
    vi.stubEnv("AWS_PROFILE", "me");
    vi.stubEnv("FANFARE_AWS_CLIENT", "lean");
    expect(chosenClient("sqs", undefined, OWN)).toBe("lean");
  });

  it.each(["Lean", "aws", "v2"])("is not %s, which is refused with the name of its source", (wrong) => {
    const refused = (field: string) => expect.objectContaining({ code: "ConfigurationInvalid", field });
    expect(() => chosenClient("sqs", undefined, { ...OWN, awsClient: wrong as never })).toThrow(refused("awsClient"));
    vi.stubEnv("FANFARE_AWS_CLIENT", wrong);
    expect(() => chosenClient("sqs", undefined, OWN)).toThrow(refused("FANFARE_AWS_CLIENT"));
  });

  it("is told at debug level with the reason, and without a secret", () => {
    const lines: unknown[] = [];
    vi.stubEnv("HTTPS_PROXY", "http://user:password@proxy");
    chosenClient("dynamodb", undefined, { ...OWN, logger: { debug: (...line) => void lines.push(line) } });
    expect(lines).toEqual([
      ["AWS client chosen", { service: "dynamodb", client: "sdk", reason: "HTTPS_PROXY is set" }],
    ]);
  });
});
