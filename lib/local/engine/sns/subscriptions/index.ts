export { deadLetterTargetArn } from "./subscription-attributes.ts";
export {
  confirmSubscription,
  getSubscriptionAttributes,
  isRaw,
  listSubscriptions,
  listSubscriptionsByTopic,
  setSubscriptionAttributes,
  subscribe,
  unsubscribe,
} from "./subscriptions.ts";
