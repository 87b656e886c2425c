import { consume, defineContract, event } from "fanfare";
import { otel } from "fanfare/otel";
import { orderSchema } from "./schema.ts";

const contract = defineContract("bench", { OrderPlaced: event({ schema: orderSchema }) });

/** The full handler, with traces through the API of OpenTelemetry. */
export const handler = consume(contract, { OrderPlaced: async () => {} }, { observers: [otel()] });
