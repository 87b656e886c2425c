export { type DeliveryOutcome, deliver, type ServiceDelivery } from "./delivery.ts";
export { sendMessage, sendMessageBatch } from "./send.ts";
