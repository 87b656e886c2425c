import type {
  About,
  Checked,
  ContractView,
  DeadLetterQueue,
  EventDraft,
  FailuresView,
  FindingView,
  JobView,
  LetterDetail,
  LettersView,
  MapView,
  PlanView,
  Sent,
  SubscriberView,
  TraceView,
} from "../wire/index.ts";

/** What a write would do, or does: to one dead-letter queue, or to one group of it. */
export interface WriteRequest {
  readonly action: "redrive" | "archive" | "purge";
  /** Id of the dead-letter queue. */
  readonly queue: string;
  readonly fingerprint?: string | undefined;
  /** For redrives: 1, then 10, then the rest. */
  readonly canary: boolean;
}

/** A write that was confirmed: by the queue's name, and by the count that the plan showed. */
export interface ConfirmedWrite extends WriteRequest {
  readonly confirm: string;
  readonly expectCount: number;
}

/** New data for a dead letter. */
export interface Edit {
  readonly queue: string;
  readonly id: string;
  readonly data: unknown;
}

/**
 * Where the console's data comes from. Methods that write are called only in a console that may write. What they throw with a remedy,
 * as errors of the library have it, is shown to the user.
 */
export interface ConsoleBackend {
  about(): Omit<About, "write" | "version" | "intervalMs">;
  /** Samples the queues; `history` of a subscriber has grown by one. */
  sample(): Promise<MapView>;
  subscriber(id: string): Promise<SubscriberView>;
  deadLetterQueues(): Promise<readonly DeadLetterQueue[]>;
  groups(queue: string): Promise<FailuresView>;
  letters(queue: string, fingerprint: string): Promise<LettersView>;
  letter(queue: string, id: string, withBody: boolean): Promise<LetterDetail>;
  contracts(): Promise<readonly ContractView[]>;
  example(target: string, event: string): Promise<unknown>;
  check(draft: EventDraft): Promise<Checked>;
  checkEdit(edit: Edit): Promise<Checked>;
  plan(request: WriteRequest): Promise<PlanView>;
  trace(eventId: string): Promise<TraceView>;
  doctor(): Promise<readonly FindingView[]>;
  jobs(): readonly JobView[];
  send(draft: EventDraft): Promise<Sent>;
  resend(edit: Edit): Promise<Sent>;
  /** Starts a job and returns its id. */
  start(request: ConfirmedWrite): Promise<string>;
  stop(job: string): void;
}
