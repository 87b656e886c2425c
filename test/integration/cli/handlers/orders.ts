import { consume, defineContract, event } from "fanfare";
import { z } from "zod";

export const contract = defineContract("shop", {
  OrderPlaced: event({
    schema: z.object({ orderId: z.string().min(1), region: z.enum(["eu", "us"]) }),
    attributes: { region: (order) => order.region },
  }),
  OrderGone: event({ schema: z.object({ orderId: z.string() }) }),
});

export const handler = consume(
  contract,
  {
    OrderPlaced: ({ orderId, region }) => {
      console.log("placed", orderId, region, process.env.GREETING);
    },
    OrderGone: () => {},
  },
  { consumer: "billing", guarantee: "at-least-once" },
);
