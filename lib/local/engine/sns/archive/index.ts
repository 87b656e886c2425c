export { archive, archiveBegin, archived, archivePolicyChanged } from "./archive.ts";
export { isPaused, parseReplayPolicy } from "./replay-policy.ts";
