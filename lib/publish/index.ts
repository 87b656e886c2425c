export type { PublisherOptions } from "./options.ts";
export { type PublishEntry, PublishError } from "./publish-error.ts";
export { createPublisher, type Published, type Publisher, type PublishOptions } from "./publisher.ts";
