import { createHash } from "node:crypto";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { consumeBatch } from "fanfare";
import { required } from "../shared/environment.ts";
import { s3 } from "../shared/s3.ts";
import { orders } from "./contract.ts";

const Bucket = required("LAKE_BUCKET");

/** An order with a higher total is a mistake and would distort every average. */
const IMPLAUSIBLE_TOTAL = 1_000_000;

/** Writes the events to the data lake: one object per batch, one line per event. */
export const handler = consumeBatch(orders, async (batch) => {
  const lines: string[] = [];
  for (const item of batch) {
    if (item.name === "OrderPlaced" && item.data.total > IMPLAUSIBLE_TOTAL) {
      item.deadLetter("implausible total");
    } else {
      lines.push(JSON.stringify({ event: item.name, id: item.event.id, ...item.data, email: undefined }));
    }
  }
  if (lines.length === 0) {
    return;
  }
  const body = `${lines.join("\n")}\n`;
  // The key is a hash of the content, so a batch that is written again overwrites the same object.
  const key = `orders/${createHash("sha256").update(body).digest("hex").slice(0, 32)}.ndjson`;
  await s3.send(new PutObjectCommand({ Bucket, Key: key, Body: body, ContentType: "application/x-ndjson" }));
});
