export { CustomResources, type CustomResourcesOptions } from "./custom-resources.ts";
export type { ResourceEvent } from "./events.ts";
export { CustomResourceFailed } from "./response.ts";
export { RESPONSES_PATH, ResponseInbox } from "./response-inbox.ts";
