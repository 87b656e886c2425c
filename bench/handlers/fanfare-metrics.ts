import { consume, defineContract, event } from "fanfare";
import { metrics } from "fanfare/metrics";
import { orderSchema } from "./schema.ts";

const contract = defineContract("bench", { OrderPlaced: event({ schema: orderSchema }) });

/** The full handler, with metrics in CloudWatch's format. */
export const handler = consume(contract, { OrderPlaced: async () => {} }, { observers: [metrics()] });
