export { describeStream, getRecords, getShardIterator, listStreams } from "./streams.ts";
