import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isFanfareError } from "../../../lib/errors/index.ts";
import { certificatePem, type SignatureVersion, sign } from "../../../lib/local/engine/sns/signing/index.ts";
import { verifySnsMessage } from "../../../lib/sns/index.ts";

const TOPIC = "arn:aws:sns:eu-central-1:111122223333:orders";

/** Each test has its own certificate, because certificates are kept. */
let certificates = 0;
function newUrl(): string {
  certificates += 1;
  return `https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-${"0".repeat(20)}${certificates}.pem`;
}

interface Changes {
  readonly [field: string]: unknown;
}

/** A message as the local engine signs it; `changes` are made after it is signed. */
function bodyOf(
  version: SignatureVersion,
  fields: Readonly<Record<string, string>> = {},
  changes: Changes = {},
): string {
  const content = {
    Type: "Notification" as const,
    MessageId: "11111111-2222-3333-4444-555555555555",
    TopicArn: TOPIC,
    Message: '{"specversion":"1.0"}',
    Timestamp: new Date().toISOString(),
    ...fields,
  };
  const Signature = sign(content, version);
  return JSON.stringify({ ...content, SignatureVersion: version, Signature, SigningCertURL: newUrl(), ...changes });
}

const options = { topicArns: [TOPIC], fetchCertificate: async () => certificatePem() };

async function refusalOf(body: string, more: Partial<Parameters<typeof verifySnsMessage>[1]> = {}): Promise<string> {
  try {
    await verifySnsMessage(body, { ...options, ...more });
  } catch (error) {
    if (isFanfareError(error)) {
      return `${error.code} ${error.field}`;
    }
    throw error;
  }
  return "accepted";
}

describe.each<SignatureVersion>(["1", "2"])("a message of signature version %s", (version) => {
  test("is returned as it was sent, with any text", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), fc.option(fc.string({ minLength: 1 })), async (text, subject) => {
        const fields = { Message: text, ...(subject === null ? {} : { Subject: subject }) };
        const message = await verifySnsMessage(bodyOf(version, fields), options);
        expect(message).toMatchObject({ Type: "Notification", TopicArn: TOPIC, ...fields });
      }),
      { numRuns: 30 },
    );
  });

  test("may be a confirmation", async () => {
    const fields = {
      Type: "SubscriptionConfirmation",
      Token: "t0k3n",
      SubscribeURL: "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription",
    } as const;
    expect(await verifySnsMessage(bodyOf(version, fields), options)).toMatchObject(fields);
  });

  test.each([
    ["Message", "other"],
    ["MessageId", "other"],
    ["Subject", "added"],
    ["Timestamp", new Date(Date.now() - 1_000).toISOString()],
    ["Signature", "AAAA"],
    ["SignatureVersion", version === "1" ? "2" : "1"],
  ])("is refused if %s was changed", async (field, value) => {
    expect(await refusalOf(bodyOf(version, {}, { [field]: value }))).toBe("SignatureInvalid Signature");
  });
});

describe("the address of the certificate", () => {
  const path = "/SimpleNotificationService-0123456789abcdef.pem";
  test.each([
    `http://sns.eu-central-1.amazonaws.com${path}`,
    `https://sns.eu-central-1.amazonaws.com.evil.example${path}`,
    `https://evil.example${path}`,
    `https://sns.us-east-1.amazonaws.com${path}`,
    `https://sns.eu-central-1.amazonaws.com:8443${path}`,
    `https://user@sns.eu-central-1.amazonaws.com${path}`,
    `https://sns.eu-central-1.amazonaws.com${path}?x=1`,
    `https://sns.eu-central-1.amazonaws.com/bucket${path}`,
    "https://sns.eu-central-1.amazonaws.com/other.pem",
    `https://sns-eu-central-1.amazonaws.com${path}`,
    `https://s3.eu-central-1.amazonaws.com${path}`,
    "not an address",
    "",
  ])("%j is refused, and nothing is fetched from it", async (url) => {
    const fetched: string[] = [];
    const fetchCertificate = async (each: string) => {
      fetched.push(each);
      return certificatePem();
    };
    expect(await refusalOf(bodyOf("2", {}, { SigningCertURL: url }), { fetchCertificate })).toBe(
      "SignatureInvalid SigningCertURL",
    );
    expect(fetched).toEqual([]);
  });

  test("may be one of China", async () => {
    const topic = "arn:aws-cn:sns:cn-north-1:111122223333:orders";
    const url = newUrl().replace("eu-central-1.amazonaws.com", "cn-north-1.amazonaws.com.cn");
    const body = bodyOf("2", { TopicArn: topic }, { SigningCertURL: url });
    expect(await refusalOf(body, { topicArns: [topic] })).toBe("accepted");
  });
});

describe("the certificate", () => {
  test("is fetched once by concurrent and later messages, and again after a failure", async () => {
    const SigningCertURL = newUrl();
    const body = bodyOf("2", {}, { SigningCertURL });
    let calls = 0;
    const fetchCertificate = async () => {
      calls += 1;
      if (calls === 1) {
        throw new Error("no network");
      }
      return certificatePem();
    };
    expect(await refusalOf(body, { fetchCertificate })).toBe("CertificateUnavailable undefined");
    const both = [refusalOf(body, { fetchCertificate }), refusalOf(body, { fetchCertificate })];
    expect(await Promise.all(both)).toEqual(["accepted", "accepted"]);
    expect(await refusalOf(body, { fetchCertificate })).toBe("accepted");
    expect(calls).toBe(2);
  });

  test("that is none is refused", async () => {
    expect(await refusalOf(bodyOf("2"), { fetchCertificate: async () => "<html>" })).toBe(
      "SignatureInvalid SigningCertURL",
    );
  });
});

test("a message of another topic is refused, although SNS signed it", async () => {
  const other = TOPIC.replace("orders", "other");
  expect(await refusalOf(bodyOf("2", { TopicArn: other }))).toBe("SignatureInvalid TopicArn");
});

test.each([
  ["old", -3_700_000],
  ["of the future", 600_000],
])("a message that is %s is refused", async (_what, offset) => {
  const Timestamp = new Date(Date.now() + offset).toISOString();
  expect(await refusalOf(bodyOf("2", { Timestamp }))).toBe("SignatureInvalid Timestamp");
});

test.each([
  ["", "body"],
  ["[]", "body"],
  ["null", "body"],
  [JSON.stringify({ Type: "Other" }), "Type"],
  [bodyOf("2", {}, { Message: 5 }), "Message"],
  [bodyOf("2", {}, { MessageId: undefined }), "MessageId"],
  [bodyOf("2", {}, { Signature: undefined }), "Signature"],
  [bodyOf("2", {}, { SignatureVersion: "3" }), "SignatureVersion"],
  [bodyOf("2", {}, { Subject: {} }), "Subject"],
  [`"${"x".repeat(2_000_000)}"`, "body"],
])("%.20j is malformed", async (body, field) => {
  expect(await refusalOf(body)).toBe(`MessageInvalid ${field}`);
});

test("a certificate that is given is the only one that is trusted, wherever the message says it is", async () => {
  const local = "http://127.0.0.1:4566/SimpleNotificationService-local.pem";
  const body = bodyOf("2", {}, { SigningCertURL: local });
  const message = await verifySnsMessage(body, { topicArns: [TOPIC], certificate: certificatePem() });
  expect(message.Message).toBe('{"specversion":"1.0"}');
  const changed = bodyOf("2", {}, { SigningCertURL: local, Message: "other" });
  expect(await refusalOf(changed, { certificate: certificatePem() })).toContain("SignatureInvalid");
  expect(await refusalOf(body)).toContain("SignatureInvalid");
  await expect(verifySnsMessage(body, { topicArns: [TOPIC], certificate: "none" })).rejects.toSatisfy((error) =>
    isFanfareError(error, "ConfigurationInvalid"),
  );
});
