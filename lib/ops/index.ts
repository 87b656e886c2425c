/** Operators' tools without a screen, for AWS and any endpoint that speaks its protocols. */

export * from "./archive/index.ts";
export { type Cloud, connect, isDenied, type OperatorPlace } from "./cloud/index.ts";
export * from "./doctor/index.ts";
export * from "./fleet/index.ts";
export {
  failedAt,
  isEmptyFilter,
  type Letter,
  type LetterFilter,
  type LetterGroup,
  masked,
  readLetters,
  type Survey,
  surveyLetters,
} from "./letters/index.ts";
export * from "./move/index.ts";
export * from "./trace/index.ts";
