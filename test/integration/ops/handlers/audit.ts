import { consume, createPublisher, defineContract, event } from "fanfare";
import { z } from "zod";

const shop = defineContract("shop", {
  OrderPlaced: event({ schema: z.object({ orderId: z.string() }) }),
  OrderAudited: event({ schema: z.object({ orderId: z.string() }) }),
});

const publish = createPublisher(shop);

/** Publishes an event for each order, and receives it itself, as every subscriber of the topic does. */
export const handler = consume(
  shop,
  {
    OrderPlaced: async ({ orderId }) => {
      await publish("OrderAudited", { orderId });
    },
    OrderAudited: () => {},
  },
  { consumer: "shop.Audit" },
);
