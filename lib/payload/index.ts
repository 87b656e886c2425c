export { type Compression, compress, decompress, isCompression, withoutThreads } from "./compression.ts";
export { isWithin, type PayloadLocation, parseLocations } from "./location.ts";
export type { PayloadStore } from "./payload-store.ts";
export { type S3PayloadStoreOptions, s3PayloadStore } from "./s3-store.ts";
