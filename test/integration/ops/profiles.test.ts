import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Beside } from "./beside.ts";
import { VerbShop } from "./verb-shop.ts";

/** What STS returns for the role of the profile `oncall`. */
const ASSUMED = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIAONCALL</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;

const CONFIG = `
[profile plain]
region = eu-central-1
aws_access_key_id = AKIAPLAIN
aws_secret_access_key = secret

[profile oncall]
region = eu-central-1
role_arn = arn:aws:iam::000000000000:role/OnCall
role_session_name = night
source_profile = plain
`;

let verbs: VerbShop;
let beside: Beside;
/** Requests to STS, and the scope with which each request to SQS is signed: `KEY/DATE/REGION/sqs`. */
const assumed: string[] = [];
const scopes = new Set<string>();

beforeAll(async () => {
  verbs = await VerbShop.start();
  beside = await Beside.start(verbs.shop.runtime.endpoint, (operation, _, text, { authorization = "" }) => {
    if (text.startsWith("Action=AssumeRole&")) {
      assumed.push(text);
      return { status: 200, body: ASSUMED };
    }
    if (operation.startsWith("AmazonSQS.")) {
      scopes.add(
        /Credential=(\w+\/\d+\/[\w-]+\/sqs)/.exec(authorization)?.[1]?.replace(/\d{8}/, "DATE") ?? authorization,
      );
    }
    return undefined;
  });
  writeFileSync(join(verbs.directory, "config"), CONFIG);
});

afterAll(async () => {
  await beside[Symbol.asyncDispose]();
  await verbs[Symbol.asyncDispose]();
});

/** Runs `fanfare ps` with a configuration of AWS that has the two profiles. */
async function ps(...options: readonly string[]) {
  assumed.length = 0;
  scopes.clear();
  return await verbs.fanfare(["ps", "--json", ...options], {
    AWS_CONFIG_FILE: join(verbs.directory, "config"),
    AWS_SHARED_CREDENTIALS_FILE: "/none",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_ENDPOINT_URL: beside.endpoint,
  });
}

describe("profiles are taken as the AWS CLI takes them", () => {
  test("with keys and a Region", async () => {
    const { code, out, err } = await ps("--profile", "plain");
    expect(code, err).toBe(0);
    expect(out).toContain("shop.Billing");
    expect([...scopes]).toEqual(["AKIAPLAIN/DATE/eu-central-1/sqs"]);
    expect(assumed).toEqual([]);
  });

  test("with a role, which is assumed with the keys of its source profile", async () => {
    const { code, out, err } = await ps("--profile", "oncall");
    expect(code, err).toBe(0);
    expect(out).toContain("shop.Billing");
    expect([...scopes]).toEqual(["ASIAONCALL/DATE/eu-central-1/sqs"]);
    // Each client of a service assumes it.
    expect(assumed.length).toBeGreaterThan(0);
    for (const request of assumed) {
      expect(request).toMatch(/role%2FOnCall.*RoleSessionName=night|RoleSessionName=night.*role%2FOnCall/);
    }
  });

  test("a Region on the command line comes before that of the profile", async () => {
    const { code, err } = await ps("--profile", "plain", "--region", "eu-west-1");
    expect(code, err).toBe(0);
    expect([...scopes]).toEqual(["AKIAPLAIN/DATE/eu-west-1/sqs"]);
  });
});
