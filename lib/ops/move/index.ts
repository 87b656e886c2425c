/** Moving letters back to their queues: planned, filtered, limited, and continued after a crash. */
export type { Comebacks } from "./comebacks.ts";
export { LetterMove, moveLetters } from "./move.ts";
export { isAsExpected, planMove } from "./plan.ts";
export { MAX_TASK_RATE, moveByTask, type TaskProgress } from "./task.ts";
export type { MovedLetter, MoveOptions, MovePlan, MoveProgress } from "./types.ts";
