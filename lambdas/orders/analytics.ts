import { createHash } from "node:crypto";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { consumeBatch } from "fanfare";
import { required } from "../shared/environment.ts";
import { s3 } from "../shared/s3.ts";
import { orders } from "./contract.ts";

const Bucket = required("LAKE_BUCKET");

/** Above this an order is a mistake of somebody's, and would spoil every average. */
const IMPLAUSIBLE_TOTAL = 1_000_000;

/** Writes what happened to the data lake: one object a batch, one line an event. */
export const handler = consumeBatch(orders, async (batch) => {
  const lines: string[] = [];
  for (const item of batch) {
    if (item.name === "OrderPlaced" && item.data.total > IMPLAUSIBLE_TOTAL) item.deadLetter("implausible total");
    else lines.push(JSON.stringify({ event: item.name, id: item.event.id, ...item.data, email: undefined }));
  }
  if (lines.length === 0) return;
  const body = `${lines.join("\n")}\n`;
  // The name is made of the content: a batch that is written again overwrites itself.
  const key = `orders/${createHash("sha256").update(body).digest("hex").slice(0, 32)}.ndjson`;
  await s3.send(new PutObjectCommand({ Bucket, Key: key, Body: body, ContentType: "application/x-ndjson" }));
});
