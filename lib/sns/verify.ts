import { createVerify } from "node:crypto";
import { FanfareError } from "../errors/index.ts";
import { certificateUrl } from "./certificate-url.ts";
import { certificateAt, trustedCertificate } from "./certificates.ts";
import { readSnsMessage, type SnsMessage, signedText } from "./message.ts";

/** Options of {@link verifySnsMessage}. */
export interface VerifyOptions {
  /** ARNs of the topics whose messages are accepted. SNS signs the messages of every account, so the signature alone proves little. */
  readonly topicArns: readonly string[];
  /**
   * Age above which a message is refused, so that nobody can send an old one again. SNS retries for up to an hour by default.
   * @default 3,600,000
   */
  readonly maxAgeMs?: number;
  /**
   * Returns the PEM at an address, which is one of SNS. For proxies and tests.
   * @default fetched with HTTPS: 5 seconds and 16 KiB at most, no redirects
   */
  readonly fetchCertificate?: (url: string) => Promise<string>;
  /**
   * PEM of the one certificate that is trusted, wherever `SigningCertURL` leads: for messages of the local runtime, which serves its own at
   * `/SimpleNotificationService-local.pem` of its endpoint. Never set it on AWS, where SNS changes its certificates.
   */
  readonly certificate?: string;
}

const DEFAULT_MAX_AGE_MS = 3_600_000;

/** How far the clock of SNS may be ahead. */
const CLOCK_SKEW_MS = 300_000;

/**
 * Returns a message that SNS sent to an HTTPS endpoint, if SNS signed it for one of your topics. It understands signature versions 1
 * (SHA1 with RSA) and 2 (SHA256 with RSA), and keeps certificates. Set the topic's `signatureVersion` to 2 where you can.
 *
 * ```ts
 * const message = await verifySnsMessage(await request.text(), { topicArns: [ordersTopicArn] });
 * if (message.SubscribeURL !== undefined) await fetch(message.SubscribeURL); // a confirmation
 * ```
 *
 * @param body the body of the request, as text
 * @throws FanfareError `ConfigurationInvalid` for a `certificate` that is none; `MessageInvalid` for a body that is no message of SNS; `SignatureInvalid` for one that SNS did not sign, of another
 *   topic, or too old; `CertificateUnavailable` if the certificate cannot be fetched: respond with 500, and SNS sends it again
 */
export async function verifySnsMessage(body: string, options: VerifyOptions): Promise<SnsMessage> {
  const message = readSnsMessage(body);
  if (!options.topicArns.includes(message.TopicArn)) {
    throw refused(
      "TopicArn",
      "the message is of another topic",
      "add the topic to topicArns if you expect its messages",
    );
  }
  checkAge(message.Timestamp, options.maxAgeMs ?? DEFAULT_MAX_AGE_MS);
  const certificate =
    options.certificate === undefined
      ? await certificateAt(certificateUrl(message.SigningCertURL, message.TopicArn), options.fetchCertificate)
      : trustedCertificate(options.certificate);
  const verifier = createVerify(message.SignatureVersion === "2" ? "RSA-SHA256" : "RSA-SHA1");
  verifier.update(signedText(message), "utf8");
  if (!verifier.verify(certificate.publicKey, message.Signature, "base64")) {
    throw refused("Signature", "the signature does not match the message", "respond with 403: the message was changed");
  }
  return message;
}

function checkAge(timestamp: string, maxAgeMs: number): void {
  const age = Date.now() - Date.parse(timestamp);
  if (!(age <= maxAgeMs && age >= -CLOCK_SKEW_MS)) {
    throw refused("Timestamp", "the message is too old, or of the future", "raise maxAgeMs, or check the clock");
  }
}

function refused(field: string, message: string, remedy: string): FanfareError {
  return new FanfareError("SignatureInvalid", message, { field, remedy });
}
