export type { PublisherOptions, PublishOptions } from "./options.ts";
export { type PublishEntry, PublishError } from "./publish-error.ts";
export { createPublisher, type Published, type Publisher } from "./publisher.ts";
