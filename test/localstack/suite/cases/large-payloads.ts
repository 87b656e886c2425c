import { equal } from "node:assert/strict";
import { createHash } from "node:crypto";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import type { Case } from "../case.ts";
import { processed } from "../support/effects.ts";
import { take } from "../support/queues.ts";
import { note, type Trial } from "../trial.ts";

const KIB = 1_024;

/** Class name in the pointers of AWS's extended clients. */
const POINTER_CLASS = "software.amazon.payloadoffloading.PayloadS3Pointer";

/** Bodies that no message can hold. */
export const largePayloadCases: readonly Case[] = [
  ...[300, 1_000].map(
    (kib): Case => ({
      name: `large payloads: ${kib} KiB through S3`,
      spoiltBy: ["bucket-policy-conditions-ignored"],
      run: (trial) => arrives(trial, kib * KIB),
    }),
  ),
  {
    name: "large payloads: the pointer is that of AWS's extended clients",
    spoiltBy: ["bucket-policy-conditions-ignored"],
    run: async (trial) => {
      const subject = trial.unique("pointer");
      const { id } = await trial.publishFanned("Noted", note(subject, { total: -2, text: textOf(subject, 270 * KIB) }));
      const message = await take(trial, trial.queueUrl("Inbox"), "s3BucketName");
      const [type, pointer]: [string, { s3BucketName: string; s3Key: string }] = JSON.parse(message.Body ?? "");
      equal(type, POINTER_CLASS);
      equal(pointer.s3BucketName, trial.output("PayloadBucketName"));
      const { Body } = await trial.clients.s3.send(
        new GetObjectCommand({ Bucket: pointer.s3BucketName, Key: pointer.s3Key }),
      );
      const payload = (await Body?.transformToString()) ?? "";
      equal(message.MessageAttributes?.ExtendedPayloadSize?.StringValue, String(Buffer.byteLength(payload)));
      const envelope: { id?: unknown } = JSON.parse(payload);
      equal(envelope.id, id);
    },
  },
];

async function arrives(trial: Trial, bytes: number): Promise<void> {
  const subject = trial.unique("large");
  const text = textOf(subject, bytes);
  const { id } = await trial.publishFanned("Noted", note(subject, { text }));
  const effect = await processed(trial, "Everything", id);
  equal(effect.size, Buffer.byteLength(text));
  equal(effect.sha256, createHash("sha256").update(text).digest("hex"));
}

/** Text of about so many bytes with characters of one to four bytes. */
function textOf(subject: string, bytes: number): string {
  const line = `${subject} äöü € 🎺\n`;
  return line.repeat(Math.ceil(bytes / Buffer.byteLength(line)));
}
