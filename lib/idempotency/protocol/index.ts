/**
 * The claim protocol as pure functions: what a worker may write, seen one record. The store carries them out, and
 * `npm run verify` explores everything that can follow from them.
 */
export { asDone, type Claimant, claimNew, type Decision, decide, FRESH, type Granted } from "./claim.ts";
export {
  complete,
  completeOnce,
  countStart,
  isStartedBy,
  release,
  startOnce,
} from "./owner.ts";
export type { RecordWrite, State, StoredRecord, Write } from "./record.ts";
