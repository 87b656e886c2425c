import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { consume } from "fanfare";
import { dynamodb } from "../shared/dynamodb.ts";
import { required } from "../shared/environment.ts";
import { orders } from "./contract.ts";
import { sendMail } from "./mail-provider.ts";

const TableName = required("OUTBOX_TABLE");

/** Sends thank-you mails for large orders, and stores which mails were sent. */
export const handler = consume(orders, {
  OrderPlaced: async (order, ctx) => {
    await sendMail({ to: order.email, subject: `Thank you for order ${order.orderId}` }, ctx.attempt);
    const Item = {
      id: { S: ctx.event.id },
      orderId: { S: order.orderId },
      to: { S: order.email },
      region: { S: order.region },
      attempts: { N: String(ctx.attempt) },
    };
    await dynamodb.send(new PutItemCommand({ TableName, Item }), { abortSignal: ctx.signal });
  },
});
