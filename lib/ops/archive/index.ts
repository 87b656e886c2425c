/** Letters outside their queues: exported, archived to a file or S3, and restored. */
export { archiveLetters, exportLetters, restoreLetters } from "./archive.ts";
export { type ArchivePlace, archivePlace } from "./place.ts";
