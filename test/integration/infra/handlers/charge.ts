import { consume } from "../../../../lib/index.ts";
import { taskOf } from "../../../../lib/step-functions/index.ts";
import { payments } from "../contract.ts";

export const handler = consume(payments, {
  ChargeCard: async ({ orderId, cents }, ctx) => {
    const task = taskOf(ctx);
    await task?.heartbeat();
    const isTaken =
      cents > 1_000
        ? await task?.fail(Object.assign(new Error("over the limit"), { name: "CardRefused" }))
        : await task?.succeed({ orderId, charged: cents });
    ctx.logger.info("responded", { isTaken: String(isTaken) });
  },
});
