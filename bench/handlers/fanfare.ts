import { consume, defineContract, event } from "fanfare";
import { orderSchema } from "./schema.ts";

const contract = defineContract("bench", { OrderPlaced: event({ schema: orderSchema }) });

/** A full handler: validation, idempotency, dead-lettering, backoff. */
export const handler = consume(contract, { OrderPlaced: async () => {} });
