import { createPrivateKey, createSign, type KeyObject } from "node:crypto";
import { CERTIFICATE, PRIVATE_KEY } from "./key.ts";

/** `SignatureVersion` of a topic: SHA1 with RSA, or SHA256 with RSA. */
export type SignatureVersion = "1" | "2";

/** Where the server serves the certificate: under this name in `SigningCertURL`. */
export const CERTIFICATE_PATH = "/SimpleNotificationService-local.pem";

const LINE = 64;

/** The certificate in PEM. */
export function certificatePem(): string {
  const lines = CERTIFICATE.match(new RegExp(`.{1,${LINE}}`, "g")) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

/** What is signed of a notification and of a confirmation message, in this order. */
const SIGNED = {
  Notification: ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
  SubscriptionConfirmation: ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
} as const;

/** The members of a message that its signature covers. */
export type SignedMessage = { readonly Type: keyof typeof SIGNED } & { readonly [member: string]: string | undefined };

let key: KeyObject | undefined;

/**
 * The signature of a message, in base64: names and values that are there, a line each.
 *
 * Source: Developer Guide, "Verifying the signatures of Amazon SNS messages".
 */
export function sign(message: SignedMessage, version: SignatureVersion): string {
  key ??= createPrivateKey({ key: Buffer.from(PRIVATE_KEY, "base64"), format: "der", type: "pkcs8" });
  const signer = createSign(version === "2" ? "RSA-SHA256" : "RSA-SHA1");
  for (const name of SIGNED[message.Type]) {
    const value = message[name];
    if (value !== undefined) {
      signer.update(`${name}\n${value}\n`);
    }
  }
  return signer.sign(key, "base64");
}
