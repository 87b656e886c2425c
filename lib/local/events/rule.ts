/** A target of a rule or a schedule. */
export interface RuleTarget {
  readonly arn: string;
  /** A constant text in place of the event. */
  readonly input: string | undefined;
  /** JSON path of the part of the event that is sent: `$.detail`. */
  readonly inputPath: string | undefined;
  readonly inputTransformer:
    | { readonly paths: Readonly<Record<string, string>>; readonly template: string }
    | undefined;
  readonly messageGroupId: string | undefined;
}

/** A rule of an event bus. */
export interface Rule {
  readonly arn: string;
  readonly busName: string;
  readonly enabled: boolean;
  /** The event pattern, as JSON; undefined for a rule with a schedule only. */
  readonly pattern: string | undefined;
  /** `rate(5 minutes)` or `cron(...)`. */
  readonly schedule: string | undefined;
  readonly targets: readonly RuleTarget[];
  readonly region: string;
  readonly accountId: string;
}

/** A schedule of EventBridge Scheduler. */
export interface Schedule {
  readonly name: string;
  readonly enabled: boolean;
  /** `rate(...)`, `cron(...)` or `at(...)`. */
  readonly expression: string;
  /** Name of a time zone, for example `Europe/Berlin`. */
  readonly timeZone: string;
  readonly target: RuleTarget;
}
