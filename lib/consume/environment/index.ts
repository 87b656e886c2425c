/** Guarantee, store and dead-letter queues: what options say, else the environment that the constructs set. */
export { deadLetterQueuesFrom } from "./dead-letter-queues.ts";
export { checkAtMostOnce, claimFrom, guaranteeOf, storeFor } from "./guarantee.ts";
