export { type MappingConfiguration, validateMapping } from "./configuration.ts";
export { EventSourceMapping } from "./event-source-mapping.ts";
export { compileFilters, compilePattern } from "./filter.ts";
export { DEFAULT_BATCH_SIZE } from "./limits.ts";
export { QueueClient } from "./queue-client.ts";
export { readBatchResponse } from "./response.ts";
export { recordBytes, splitBySize } from "./split.ts";
export type { MappingEvent, MappingStats } from "./stats.ts";
