export { type MappingConfiguration, validateMapping } from "./configuration.ts";
export { EventSourceMapping } from "./event-source-mapping.ts";
export { compileFilters, compilePattern } from "./filter.ts";
export { DEFAULT_BATCH_SIZE, MAX_EVENT_BYTES, MAX_FILTERS, MAX_WINDOW_SECONDS } from "./limits.ts";
export { QueueClient } from "./queue-client.ts";
export { readBatchResponse } from "./response.ts";
export { recordBytes, splitBySize } from "./split.ts";
export {
  type Happening,
  type Mapping,
  type MappingEvent,
  type MappingStats,
  type MutableMappingStats,
  newStats,
  type SourceDepth,
} from "./stats.ts";
