/** Letters outside their queues: exported, archived to a file or S3, and restored. */
export { archiveLetters, exportLetters, readArchive, restoreLetters } from "./archive.ts";
export { lineOf } from "./line.ts";
export { type ArchivePlace, archivePlace } from "./place.ts";
export { testFileOf } from "./test-file.ts";
