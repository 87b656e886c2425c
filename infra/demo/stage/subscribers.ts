/** The subscribers of the reference app, by the names that the demo shows. */
export const SUBSCRIBERS = {
  billing: { path: "Shop/Orders/Billing", consumer: "orders.Billing" },
  inventory: { path: "Shop/Orders/Inventory", consumer: "orders.Inventory" },
  notification: { path: "Shop/Orders/Notification", consumer: "orders.Notification" },
  analytics: { path: "Shop/Orders/Analytics", consumer: "orders.Analytics" },
  archive: { path: "Webhooks/Webhooks/Archive", consumer: "webhooks.Archive" },
  triage: { path: "Webhooks/Webhooks/Triage", consumer: "webhooks.Triage" },
  deploy: { path: "Webhooks/Webhooks/Deploy", consumer: "webhooks.Deploy" },
  thumbnailer: { path: "Images/Thumbnailer", consumer: "images.Thumbnailer" },
} as const;

/** The name of a subscriber of the reference app. */
export type SubscriberName = keyof typeof SUBSCRIBERS;

/** All names, in the order of the report. */
export const SUBSCRIBER_NAMES = Object.keys(SUBSCRIBERS) as SubscriberName[];

/** The subscribers of each topic. */
export const SUBSCRIBERS_OF = {
  orders: ["billing", "inventory", "notification", "analytics"],
  webhooks: ["archive", "triage", "deploy"],
} as const satisfies Record<string, readonly SubscriberName[]>;
