import { randomUUID } from "node:crypto";
import { isJsonObject, type JsonObject } from "../../std/index.ts";
import { describeError } from "../common/index.ts";
import { CreatedSchedules } from "./created-schedules.ts";
import { targetInput } from "./input.ts";
import { checkPattern } from "./pattern.ts";
import type { Rule, RuleTarget, Schedule } from "./rule.ts";
import { type NextRun, parseSchedule } from "./schedule-expression.ts";

/** What {@link EventBridge} works with. */
export interface EventBridgeOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly send: (targetArn: string, text: string, options: { messageGroupId: string | undefined }) => Promise<void>;
  /** Called with what a target refuses. */
  readonly onProblem: (message: string) => void;
}

/** Something that runs at its times. */
interface Timed {
  readonly next: NextRun;
  due: number | undefined;
  readonly run: () => Promise<void>;
}

/** The longest time that a timer of Node.js can wait, in milliseconds. */
const MAX_WAIT_MS = 2 ** 31 - 1;

/** How often a schedule runs for times that were missed, for instance while the machine slept. */
const MAX_MISSED = 100;

/** The name of the bus that every account has. */
const DEFAULT_BUS = "default";

/** Rules of event buses and schedules. Events go to the targets of all rules that match; what a target refuses is told. */
export class EventBridge {
  readonly #options: EventBridgeOptions;
  #rules: readonly { readonly rule: Rule; readonly matches: (event: JsonObject) => boolean }[] = [];
  /** Schedules that were created through the API: they outlive deployments. */
  readonly created = new CreatedSchedules((key, schedule, deletesItself) => this.#create(key, schedule, deletesItself));
  readonly #created = new Map<string, Timed & { readonly deletesItself: boolean }>();
  #deployed: readonly Timed[] = [];
  #timer: NodeJS.Timeout | undefined;
  #pending = 0;
  #closed = false;

  constructor(options: EventBridgeOptions) {
    this.#options = options;
  }

  /** Deliveries that are on their way. */
  get pending(): number {
    return this.#pending;
  }

  /** Replaces all rules and schedules. Rates count from now. */
  apply(rules: readonly Rule[], schedules: readonly Schedule[]): void {
    const enabled = rules.filter((rule) => rule.enabled);
    this.#rules = enabled.flatMap((rule) =>
      rule.pattern === undefined ? [] : [{ rule, matches: checkPattern(rule.pattern) }],
    );
    this.#deployed = [
      ...enabled.flatMap((rule) =>
        rule.schedule === undefined
          ? []
          : [
              this.#timed(rule.schedule, undefined, () =>
                this.#toTargets(rule, scheduledEvent(rule, this.#options.now())),
              ),
            ],
      ),
      ...schedules.filter((schedule) => schedule.enabled).map((schedule) => this.#timedSchedule(schedule)),
    ];
    this.#arm();
  }

  /** Delivers an event to the targets of all rules of its bus that match. Resolves when all have it. Never rejects. */
  async put(event: JsonObject, bus: string = DEFAULT_BUS): Promise<void> {
    const busName = bus.split("/").at(-1) ?? bus;
    const matching = this.#rules.filter(({ rule, matches }) => rule.busName === busName && matches(event));
    await Promise.all(matching.map(({ rule }) => this.#toTargets(rule, event)));
  }

  /** The clock has been moved: runs what became due, as often as it did. */
  clockMoved(): void {
    this.#runDue();
    this.#arm();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #create(key: string, schedule: Schedule | undefined, deletesItself: boolean): void {
    this.#created.delete(key);
    if (schedule?.enabled === true) {
      this.#created.set(key, { ...this.#timedSchedule(schedule), deletesItself });
    }
    this.#arm();
  }

  #timedSchedule({ expression, timeZone, target }: Schedule): Timed {
    return this.#timed(expression, timeZone, () => this.#deliver(target, target.input ?? "{}"));
  }

  #timed(expression: string, timeZone: string | undefined, run: Timed["run"]): Timed {
    const start = this.#options.now();
    const next = parseSchedule(expression, start, timeZone);
    return { next, due: next(start), run };
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const times = [...this.#deployed, ...this.#created.values()].flatMap(({ due }) => due ?? []);
    if (times.length === 0 || this.#closed) {
      return;
    }
    const wait = Math.min(...times) - this.#options.now();
    this.#timer = setTimeout(
      () => {
        this.clockMoved();
      },
      Math.min(Math.max(0, wait), MAX_WAIT_MS),
    );
    this.#timer.unref();
  }

  #runDue(): void {
    const now = this.#options.now();
    for (const each of [...this.#deployed, ...this.#created.values()]) {
      for (let runs = 0; each.due !== undefined && each.due <= now && runs < MAX_MISSED; runs += 1) {
        void each.run();
        each.due = each.next(each.due);
      }
      if (each.due !== undefined && each.due <= now) {
        each.due = each.next(now);
      }
    }
    for (const [key, { due, deletesItself }] of this.#created) {
      if (due === undefined && deletesItself) {
        this.created.deleteKey(key);
      }
    }
  }

  async #toTargets(rule: Rule, event: JsonObject): Promise<void> {
    await Promise.all(rule.targets.map((target) => this.#deliver(target, targetInput(target, event, rule))));
  }

  async #deliver({ arn, messageGroupId }: RuleTarget, text: string): Promise<void> {
    this.#pending += 1;
    try {
      await this.#options.send(arn, text, { messageGroupId });
    } catch (error) {
      this.#options.onProblem(`${arn} did not get an event of EventBridge: ${describeError(error)}`);
    } finally {
      this.#pending -= 1;
    }
  }
}

/** The event of a rule with a schedule. Source: EventBridge User Guide, "Events from AWS services". */
function scheduledEvent({ arn, region, accountId }: Rule, now: number): JsonObject {
  const event: unknown = {
    version: "0",
    id: randomUUID(),
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account: accountId,
    time: new Date(now).toISOString().replace(/\.\d+Z$/, "Z"),
    region,
    resources: [arn],
    detail: {},
  };
  return isJsonObject(event) ? event : {};
}
