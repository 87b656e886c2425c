/** Operators' tools without a screen, for AWS and any endpoint that speaks its protocols. */

export {
  type ArchivePlace,
  archiveLetters,
  archivePlace,
  exportLetters,
  readArchive,
  restoreLetters,
  testFileOf,
} from "./archive/index.ts";
export * from "./canary/index.ts";
export { type Cloud, connect, isDenied, mapLimited, type OperatorPlace } from "./cloud/index.ts";
export * from "./doctor/index.ts";
export * from "./edit/index.ts";
export * from "./files/index.ts";
export * from "./fleet/index.ts";
export {
  failedAt,
  isEmptyFilter,
  type Letter,
  type LetterFilter,
  type LetterGroup,
  masked,
  maskedFields,
  matches,
  readLetters,
  type Survey,
  sensitiveFields,
  surveyLetters,
  tracedIdOf,
} from "./letters/index.ts";
export {
  isAsExpected,
  MAX_TASK_RATE,
  type MovedLetter,
  type MoveOptions,
  type MovePlan,
  type MoveProgress,
  moveByTask,
  moveLetters,
  planMove,
  type TaskProgress,
} from "./move/index.ts";
export * from "./tail/index.ts";
export * from "./trace/index.ts";
