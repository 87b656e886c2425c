export { confirmSubscription } from "./confirmation.ts";
export { E164 } from "./endpoints.ts";
export {
  getSubscriptionAttributes,
  listSubscriptions,
  listSubscriptionsByTopic,
  setSubscriptionAttributes,
  subscribe,
  unsubscribe,
} from "./subscriptions.ts";
