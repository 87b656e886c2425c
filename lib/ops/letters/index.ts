/** Letters of dead-letter queues: read with leases that are given back, and grouped by cause. */
export { LetterLease } from "./lease.ts";
export { failedAt, identityOf, interpreted, isEmptyFilter, letterOf, matches, tracedIdOf } from "./letter.ts";
export { masked, maskedFields, sensitiveFields, unmasked } from "./mask.ts";
export { type ReadOptions, readLetters } from "./read.ts";
export { withRedrive } from "./reason.ts";
export { surveyLetters } from "./survey.ts";
export type { Letter, LetterAttribute, LetterFilter, LetterGroup, Survey } from "./types.ts";
