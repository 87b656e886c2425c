import { createVerify, X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { certificatePem, type SignatureVersion, sign } from "../../../../../lib/local/engine/sns/signing/index.ts";

/** What AWS's page tells verifiers to build, written out for these members ("Verifying the signatures of Amazon SNS messages"). */
const MESSAGE = {
  Type: "Notification",
  MessageId: "id",
  TopicArn: "arn:aws:sns:eu-central-1:111111111111:orders",
  Subject: "s",
  Message: "two\nlines, ä 😀",
  Timestamp: "2026-11-29T12:00:00.000Z",
} as const;

const text = (subject: string) =>
  `Message\n${MESSAGE.Message}\nMessageId\nid\n${subject}Timestamp\n${MESSAGE.Timestamp}\nTopicArn\n${MESSAGE.TopicArn}\nType\nNotification\n`;

function verifies(signed: string, signature: string, version: SignatureVersion): boolean {
  const { publicKey } = new X509Certificate(certificatePem());
  return createVerify(version === "1" ? "RSA-SHA1" : "RSA-SHA256")
    .update(signed)
    .verify(publicKey, signature, "base64");
}

test.each(["1", "2"] as const)("a signature of version %s verifies with the certificate", (version) => {
  expect(verifies(text("Subject\ns\n"), sign(MESSAGE, version), version)).toBe(true);
  expect(verifies(text("Subject\nother\n"), sign(MESSAGE, version), version)).toBe(false);
  const { Subject: _subject, ...without } = MESSAGE;
  expect(verifies(text(""), sign(without, version), version)).toBe(true);
});

test("a confirmation is signed over its token and its address", () => {
  const { Subject: _subject, ...rest } = MESSAGE;
  const message = { ...rest, Type: "SubscriptionConfirmation", Token: "t", SubscribeURL: "http://x" } as const;
  const signed = `Message\n${MESSAGE.Message}\nMessageId\nid\nSubscribeURL\nhttp://x\nTimestamp\n${MESSAGE.Timestamp}\nToken\nt\nTopicArn\n${MESSAGE.TopicArn}\nType\nSubscriptionConfirmation\n`;
  expect(verifies(signed, sign(message, "2"), "2")).toBe(true);
});

test("the certificate signs itself and is valid for the next hundred years", () => {
  const certificate = new X509Certificate(certificatePem());
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(Date.parse(certificate.validTo)).toBeGreaterThan(Date.UTC(2100, 0, 1));
});
