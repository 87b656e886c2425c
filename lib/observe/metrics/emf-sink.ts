import type { ConsumerSource, MetricSink, PublisherSource } from "../measure/index.ts";
import { emfLines, type LineSettings, MAX_VALUES } from "./emf-lines.ts";
import { atEndOfInvocation, invocationEnds, invocationStarts } from "./invocations.ts";
import { Measured } from "./series.ts";

/** What an {@link EmfSink} needs to know. */
export interface EmfSettings extends LineSettings {
  readonly write: (line: string) => void;
}

/** Milliseconds between the lines of publishers outside of Lambda, where nothing freezes the process. */
const INTERVAL_MS = 10_000;

/**
 * Writes measurements in CloudWatch's embedded metric format: one line per invocation. What publishers measure is in the line of the invocation
 * that is running, if there is one. Else it is written as soon as no call of `publish` is under way, because Lambda may freeze the process
 * when the last has returned; outside of Lambda, at most every 10 seconds, by a timer that keeps no process alive, and when the process ends.
 */
export class EmfSink implements MetricSink {
  readonly #settings: EmfSettings;
  readonly #invocations = new Map<ConsumerSource, Measured>();
  #publishers = new Map<PublisherSource, Measured>();
  /** When the last measurement of a publisher ended. */
  #publishedAt = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #writePublishers = () => this.#writeAll([], this.#publishedAt);

  constructor(settings: EmfSettings) {
    this.#settings = settings;
  }

  invocationStarted(source: ConsumerSource): Measured {
    invocationStarts();
    const measured = new Measured(source);
    this.#invocations.set(source, measured);
    return measured;
  }

  invocationEnded(source: ConsumerSource, at: number): void {
    const measured = this.#invocations.get(source);
    this.#invocations.delete(source);
    if (measured !== undefined) {
      this.#writeAll([measured], at, { requestId: source.invocation.id });
      invocationEnds();
    }
  }

  published(at: number, idle: boolean): void {
    this.#publishedAt = at;
    const full = [...this.#publishers.values()].some(({ longest }) => longest >= MAX_VALUES);
    if (full) {
      this.#writePublishers();
    } else if (!atEndOfInvocation(this.#writePublishers)) {
      this.#writeSoon(idle);
    }
  }

  /** Writes what publishers have measured, unless an invocation is running, to whose line it belongs. */
  flush(): void {
    if (!atEndOfInvocation(this.#writePublishers)) {
      this.#writePublishers();
    }
  }

  publisher(source: PublisherSource): Measured {
    let measured = this.#publishers.get(source);
    if (measured === undefined) {
      measured = new Measured(source);
      this.#publishers.set(source, measured);
    }
    return measured;
  }

  #writeSoon(idle: boolean): void {
    if (process.env.AWS_LAMBDA_FUNCTION_NAME !== undefined) {
      if (idle) {
        this.#writePublishers();
      }
    } else if (this.#timer === undefined) {
      this.#timer = setTimeout(this.#writePublishers, INTERVAL_MS).unref();
      process.once("exit", this.#writePublishers);
    }
  }

  #writeAll(invocations: readonly Measured[], at: number, fields: Readonly<Record<string, string>> = {}): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    process.off("exit", this.#writePublishers);
    const all = [...invocations, ...this.#publishers.values()];
    this.#publishers = new Map();
    const series = all.flatMap((each) => [...each.series()]);
    for (const line of emfLines(series, this.#settings, at, fields)) {
      this.#settings.write(line);
    }
  }
}
