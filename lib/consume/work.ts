import type { ReceivedEvent } from "./event.ts";
import type { Fate } from "./fate.ts";
import type { Incoming } from "./incoming.ts";

/** An event on its way through the pipeline. */
export interface Work {
  readonly incoming: Incoming;
  readonly event: ReceivedEvent;
  readonly key: string;
  /** Whether this invocation holds the event's claim. */
  claimed: boolean;
}

/** A record that is over before its handler. */
export interface Over {
  readonly fate: Fate;
}

/** What a step leads to: what the next one takes, or the end. None of what steps take has a `fate`. */
export type Step<Next> = Next | Over;

/** Another record of the same invocation is the same event; its fate decides. */
export interface Follow {
  readonly first: Promise<Fate>;
  readonly settled: () => Fate | undefined;
}

/** What asking for an event's claim leads to: leave to handle it, the end, or the fate of another record. */
export type Claiming = Step<Work> | Follow;

/** Whether the claim gave leave to handle the event. */
export function mayHandle(claiming: Claiming): claiming is Work {
  return "event" in claiming;
}
