export { archive, archiveBegin, archived, archivePolicyChanged, isArchiving } from "./archive.ts";
export { isPaused, parseReplayPolicy, type ReplayPolicy } from "./replay-policy.ts";
