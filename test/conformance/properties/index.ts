import type { Property } from "../harness/index.ts";
import allFail from "./all-fail.ts";
import atLeastOnce from "./at-least-once.ts";
import atMostOnce from "./at-most-once.ts";
import backoff from "./backoff.ts";
import backoffCallFails from "./backoff-call-fails.ts";
import backoffGrows from "./backoff-grows.ts";
import backoffPartlyRefused from "./backoff-partly-refused.ts";
import clockSkew from "./clock-skew.ts";
import commitAllOrNothing from "./commit-all-or-nothing.ts";
import commitLostAnswer from "./commit-lost-answer.ts";
import commitStaleOwner from "./commit-stale-owner.ts";
import compressionBomb from "./compression-bomb.ts";
import concurrencyCap from "./concurrency-cap.ts";
import deadLetterFails from "./dead-letter-fails.ts";
import deadLetterLostAnswer from "./dead-letter-lost-answer.ts";
import duplicateConcurrent from "./duplicate-concurrent.ts";
import duplicateInBatch from "./duplicate-in-batch.ts";
import duplicateInBatchFails from "./duplicate-in-batch-fails.ts";
import duplicateLater from "./duplicate-later.ts";
import duplicateRace from "./duplicate-race.ts";
import emptyBatch from "./empty-batch.ts";
import errorPreserved from "./error-preserved.ts";
import expiry from "./expiry.ts";
import fifoGroupsParallel from "./fifo-groups-parallel.ts";
import fifoOrder from "./fifo-order.ts";
import fifoOtherGroupsGoOn from "./fifo-other-groups-go-on.ts";
import hangingHandler from "./hanging-handler.ts";
import hostileBodies from "./hostile-bodies.ts";
import killedAfterClaim from "./killed-after-claim.ts";
import killedAfterCompletion from "./killed-after-completion.ts";
import killedAfterEffect from "./killed-after-effect.ts";
import lastAttempt from "./last-attempt.ts";
import leaseTakeover from "./lease-takeover.ts";
import lostClaimAnswer from "./lost-claim-answer.ts";
import lostClaimAnswers from "./lost-claim-answers.ts";
import lostCompletionAnswer from "./lost-completion-answer.ts";
import malformedNeighbour from "./malformed-neighbour.ts";
import networkDies from "./network-dies.ts";
import networkDiesPayloads from "./network-dies-payloads.ts";
import noHotLoop from "./no-hot-loop.ts";
import nonErrorThrows from "./non-error-throws.ts";
import partialFailureFifo from "./partial-failure-fifo.ts";
import partialFailureStandard from "./partial-failure-standard.ts";
import payload from "./payload.ts";
import payloadCorrupted from "./payload-corrupted.ts";
import payloadElsewhere from "./payload-elsewhere.ts";
import payloadForbidden from "./payload-forbidden.ts";
import payloadMissing from "./payload-missing.ts";
import payloadOversized from "./payload-oversized.ts";
import payloadSlow from "./payload-slow.ts";
import permanentError from "./permanent-error.ts";
import queueHangs from "./queue-hangs.ts";
import recordTimeout from "./record-timeout.ts";
import redeliveryAfterRedrive from "./redelivery-after-redrive.ts";
import redrive from "./redrive.ts";
import retryAfter from "./retry-after.ts";
import sharedTable from "./shared-table.ts";
import staleOwnerCompletesLate from "./stale-owner-completes-late.ts";
import staleOwnerFailsLate from "./stale-owner-fails-late.ts";
import storeDownAfter from "./store-down-after.ts";
import storeDownBefore from "./store-down-before.ts";
import storeDownDuring from "./store-down-during.ts";
import storeHangs from "./store-hangs.ts";
import storeSlow from "./store-slow.ts";
import storeThrottles from "./store-throttles.ts";
import timedOutStaysClaimed from "./timed-out-stays-claimed.ts";
import tooLittleTime from "./too-little-time.ts";
import unknownFields from "./unknown-fields.ts";
import unreadableDeadLettered from "./unreadable-dead-lettered.ts";

/** Properties that belong together. */
export interface Chapter {
  readonly title: string;
  readonly properties: readonly Property[];
}

/** All properties, in the order in which they are reported. */
export const CHAPTERS: readonly Chapter[] = [
  {
    title: "Reporting",
    properties: [
      partialFailureStandard,
      partialFailureFifo,
      allFail,
      emptyBatch,
      nonErrorThrows,
      malformedNeighbour,
      unknownFields,
      hostileBodies,
      compressionBomb,
    ],
  },
  {
    title: "FIFO order and concurrency",
    properties: [fifoOrder, fifoGroupsParallel, fifoOtherGroupsGoOn, concurrencyCap],
  },
  {
    title: "Time",
    properties: [networkDies, networkDiesPayloads, tooLittleTime, hangingHandler, recordTimeout, timedOutStaysClaimed],
  },
  {
    title: "Duplicates",
    properties: [
      duplicateLater,
      duplicateInBatch,
      duplicateInBatchFails,
      duplicateConcurrent,
      duplicateRace,
      sharedTable,
      redeliveryAfterRedrive,
    ],
  },
  { title: "Leases and owners", properties: [leaseTakeover, staleOwnerFailsLate, staleOwnerCompletesLate, clockSkew] },
  {
    title: "A store with faults",
    properties: [
      lostClaimAnswer,
      lostClaimAnswers,
      lostCompletionAnswer,
      storeDownBefore,
      storeDownDuring,
      storeDownAfter,
      storeThrottles,
      storeSlow,
      storeHangs,
      errorPreserved,
    ],
  },
  { title: "Killed invocations", properties: [killedAfterClaim, killedAfterEffect, killedAfterCompletion] },
  {
    title: "Guarantees and commit",
    properties: [atMostOnce, atLeastOnce, commitAllOrNothing, commitLostAnswer, commitStaleOwner],
  },
  {
    title: "Backoff",
    properties: [backoff, backoffGrows, backoffPartlyRefused, backoffCallFails, noHotLoop, retryAfter],
  },
  {
    title: "Dead-lettering and expiry",
    properties: [
      permanentError,
      unreadableDeadLettered,
      lastAttempt,
      deadLetterFails,
      deadLetterLostAnswer,
      queueHangs,
      redrive,
      expiry,
    ],
  },
  {
    title: "Payloads in S3",
    properties: [
      payload,
      payloadMissing,
      payloadForbidden,
      payloadElsewhere,
      payloadCorrupted,
      payloadOversized,
      payloadSlow,
    ],
  },
];
