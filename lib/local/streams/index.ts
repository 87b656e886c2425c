export { type StreamMappingConfiguration, validateStreamMapping } from "./configuration.ts";
export { sendDiscarded } from "./discarded.ts";
export { DEFAULT_STREAM_BATCH_SIZE } from "./limits.ts";
export { StreamMapping } from "./stream-mapping.ts";
export { type StreamPosition, StreamReader } from "./stream-reader.ts";
