import type {
  About,
  Checked,
  CheckedCorrection,
  ContractView,
  Correction,
  DeadLetterQueue,
  EventDraft,
  FailuresView,
  FindingView,
  JobView,
  LetterDetail,
  LettersView,
  MapView,
  PlanView,
  Resent,
  Sent,
  SubscriberView,
  TraceView,
} from "../wire/index.ts";

/** Dead letters to redrive: all of a queue, or one group. */
export interface RedriveRequest {
  /** Id of the dead-letter queue. */
  readonly queue: string;
  readonly fingerprint?: string | undefined;
  /** Whether a redrive goes in steps that stop by themselves. */
  readonly canary?: boolean | undefined;
}

/** A redrive that was confirmed: by the queue's name, typed, and by the count that the plan showed. */
export interface ConfirmedRedrive extends RedriveRequest {
  readonly confirm: string;
  readonly expectCount: number;
}

/** A correction that was confirmed by the name of the dead-letter queue, typed. */
export interface ConfirmedCorrection extends Correction {
  readonly confirm: string;
}

/** The contracts of what is deployed, and sending by them. Contracts are code of the app: a process of its own loads it. */
export interface ContractSource {
  /** Whether events can be sent: where topics are known by name. */
  readonly sends: boolean;
  contracts(): Promise<readonly ContractView[]>;
  /** Data that the event's schema accepts. */
  example(target: string, event: string): Promise<unknown>;
  check(draft: EventDraft): Promise<Checked>;
  /** Checks data of a version against the event of a CloudEvents type, as a consumer does; undefined where no contract has it. */
  checkType(type: string, version: number, data: unknown): Promise<Checked | undefined>;
  send(draft: EventDraft): Promise<Sent>;
}

/** Dead letters: reading them, and what can be done with them. */
export interface FailuresBackend {
  groups(queue: string): Promise<FailuresView>;
  letters(queue: string, fingerprint: string): Promise<LettersView>;
  letter(queue: string, id: string, withBody: boolean): Promise<LetterDetail>;
  plan(request: RedriveRequest): Promise<PlanView>;
  jobs(): readonly JobView[];
  /** Starts a redrive and returns the id of its job. */
  redrive(request: ConfirmedRedrive): Promise<string>;
  /** Starts to store dead letters in a file and to delete them, and returns the id of the job. */
  archive(request: ConfirmedRedrive): Promise<string>;
  stop(job: string): void;
  checkCorrection(correction: Correction): Promise<CheckedCorrection>;
  /** Sends a corrected event in place of a letter, which is archived. */
  resend(correction: ConfirmedCorrection): Promise<Resent>;
}

/**
 * Where the console's data comes from. Methods that write are called only in a console that may write. Messages of what they throw are
 * shown to the user.
 */
export interface ConsoleBackend {
  about(): Pick<About, "title" | "place" | "local">;
  /** Samples the queues; `history` of a subscriber has grown by one. */
  sample(): Promise<MapView>;
  subscriber(id: string): Promise<SubscriberView>;
  deadLetterQueues(): Promise<readonly DeadLetterQueue[]>;
  /** Undefined where no contract is known. */
  readonly contracts?: ContractSource | undefined;
  readonly failures?: FailuresBackend | undefined;
  /** What became of an event; `deadLetters` looks into the dead-letter queues too. */
  readonly trace?: ((id: string, deadLetters: boolean) => Promise<TraceView>) | undefined;
  readonly doctor?: (() => Promise<readonly FindingView[]>) | undefined;
}
