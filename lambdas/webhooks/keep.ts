import { createHash } from "node:crypto";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { HandlerContext } from "fanfare";
import { required } from "../shared/environment.ts";
import { s3 } from "../shared/s3.ts";
import type { WebhookPayload } from "./contract.ts";

const Bucket = required("WEBHOOK_BUCKET");
const prefix = required("WEBHOOK_PREFIX");

/** Stores a payload under its event id, with a checksum, so that it can be compared with what was sent. */
export async function keep(
  delivery: { readonly event: string; readonly payload: WebhookPayload },
  ctx: HandlerContext,
): Promise<void> {
  const body = JSON.stringify(delivery.payload);
  const sha256 = createHash("sha256").update(body).digest("hex");
  await s3.send(
    new PutObjectCommand({
      Bucket,
      Key: `${prefix}/${ctx.event.id}.json`,
      Body: body,
      ContentType: "application/json",
      Metadata: { sha256, event: delivery.event },
    }),
    { abortSignal: ctx.signal },
  );
}
