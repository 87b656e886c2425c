import { Annotations, Duration } from "aws-cdk-lib";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type * as sns from "aws-cdk-lib/aws-sns";
import type { Construct, IConstruct } from "constructs";
import { allowAlarmsOnTopic, topicBehind } from "../access/index.ts";
import { identityOf, refuseIf, refuseNameTwice } from "../checks/index.ts";
import { checkEvaluation, checkThresholds } from "./alarm-checks.ts";
import { isInPreset, KINDS } from "./alarm-kinds.ts";
import type { AlarmKind, AlarmOptions, AlarmSeverity } from "./alarm-options.ts";
import { publishedRunbook, RUNBOOK_ANCHORS } from "./runbook.ts";

/** What an alarm measures. */
export interface AlarmProps {
  /** Returns the metric for a period. */
  readonly metric: (period: Duration) => cloudwatch.IMetric;
  readonly threshold: number;
  /** @default 5 minutes */
  readonly period?: Duration;
  readonly periods?: number;
  /** Whether the alarm goes off below the threshold. It then keeps its state without data: a queue that nobody uses has no metrics. */
  readonly below?: boolean;
}

/** Creates the alarms of one construct, with the names, severities and actions of the user. */
export class AlarmFactory {
  /** The alarms created so far. */
  readonly alarms: cloudwatch.Alarm[] = [];
  /** `undefined` for no alarms. */
  readonly options: AlarmOptions | undefined;
  private readonly scope: Construct;

  /** @param options `false` creates no alarms */
  constructor(scope: Construct, options: AlarmOptions | false = {}) {
    this.scope = scope;
    this.options = options === false ? undefined : options;
    if (this.options !== undefined) {
      checkThresholds(scope, this.options);
    }
  }

  /** Whether the options ask for a kind of alarm. */
  has(kind: AlarmKind): boolean {
    const { options } = this;
    const given = options?.[kind];
    return (
      options !== undefined &&
      given !== false &&
      (given !== undefined || isInPreset(options.preset ?? "standard", KINDS[kind]))
    );
  }

  /** Creates an alarm, unless the options do not ask for it. Missing data never sets it off. */
  add(kind: AlarmKind, { metric, threshold, period, periods, below = false }: AlarmProps): void {
    const { options } = this;
    if (options === undefined || !this.has(kind)) {
      return;
    }
    const { id, text, severity: usual, periods: usualPeriods, datapoints: usualDatapoints } = KINDS[kind];
    const settings = options.settings?.[kind] ?? {};
    const severity = settings.severity ?? usual;
    const { ComparisonOperator, TreatMissingData } = cloudwatch;
    const evaluation = {
      period: settings.period ?? period ?? Duration.minutes(5),
      periods: settings.evaluationPeriods ?? periods ?? usualPeriods,
      datapoints:
        settings.datapointsToAlarm ?? (settings.evaluationPeriods === undefined ? usualDatapoints : undefined),
    };
    checkEvaluation(this.scope, { kind, ...evaluation });
    const alarm = new cloudwatch.Alarm(this.scope, id, {
      alarmName: options.alarmName?.({ kind, severity, path: this.scope.node.path }),
      metric: metric(evaluation.period),
      threshold,
      comparisonOperator: below ? ComparisonOperator.LESS_THAN_THRESHOLD : ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: evaluation.periods,
      datapointsToAlarm: evaluation.datapoints,
      treatMissingData: below ? TreatMissingData.IGNORE : TreatMissingData.NOT_BREACHING,
      alarmDescription: `${text} Severity: ${severity}. Runbook: ${options.runbookUrl ?? publishedRunbook()}#${RUNBOOK_ANCHORS[kind]}`,
    });
    this.checkName(alarm.node.defaultChild, options);
    this.notify(alarm, severity, options);
    this.alarms.push(alarm);
  }

  /** Creates the alarm `UnhealthyAlarm`, which goes off while one of the others does. */
  compose(): cloudwatch.CompositeAlarm | undefined {
    const { options } = this;
    if (this.alarms.length === 0 || !(options?.composite ?? options?.preset === "full")) {
      return undefined;
    }
    const composite = new cloudwatch.CompositeAlarm(this.scope, "UnhealthyAlarm", {
      compositeAlarmName: options?.alarmName?.({ kind: "unhealthy", severity: "page", path: this.scope.node.path }),
      alarmRule: cloudwatch.AlarmRule.anyOf(...this.alarms),
      alarmDescription: `At least one alarm of ${this.scope.node.path} is active. It notifies nobody, because those alarms do.`,
    });
    this.checkName(composite.node.defaultChild, options);
    return composite;
  }

  /** Warns if the alarms notify nobody. */
  warnIfSilent(): void {
    const { options } = this;
    if (options !== undefined && options.actionTopic === undefined && options.actions === undefined) {
      Annotations.of(this.scope).addWarningV2(
        "fanfare:alarmsWithoutActions",
        "the alarms notify nobody: set alarms.actionTopic or alarms.actions, or turn them off with alarms: false",
      );
    }
  }

  /** Refuses a topic that would be notified of its own alarms: each notification would be a message outside of the contract. */
  refuseOwnTopic(monitored: sns.ITopic): void {
    const own = identityOf(this.scope, monitored.topicArn);
    const { actionTopic, ticketTopic } = this.options ?? {};
    const same = [actionTopic, ticketTopic].some((topic) => topic && identityOf(this.scope, topic.topicArn) === own);
    refuseIf(this.scope, same, {
      field: "alarms.actionTopic",
      message:
        "alarms.actionTopic is the topic that is monitored; its subscribers would receive the notifications as events",
      remedy: "use another topic for alarms",
    });
  }

  private notify(alarm: cloudwatch.Alarm, severity: AlarmSeverity, options: AlarmOptions): void {
    const { actionTopic, ticketTopic = actionTopic, actions = [], okActions = true } = options;
    const topic = severity === "page" ? actionTopic : ticketTopic;
    const all = [...(topic === undefined ? [] : [new SnsAction(topic)]), ...actions];
    // Bound once: an action may create a permission each time.
    const bound = all.map((action) => {
      const config = action.bind(this.scope, alarm);
      return { bind: () => config };
    });
    alarm.addAlarmAction(...bound);
    if (okActions) {
      alarm.addOkAction(...bound);
    }
    const ownTopics = bound.map((action) => topicBehind(action.bind().alarmActionArn)).filter((each) => each !== topic);
    for (const each of [topic, ...ownTopics]) {
      if (each !== undefined) {
        allowAlarmsOnTopic(this.scope, each);
      }
    }
  }

  /** Alarms and composite alarms share their names. */
  private checkName(own: IConstruct | undefined, options: AlarmOptions | undefined): void {
    if (options?.alarmName !== undefined) {
      refuseNameTwice(this.scope, "alarms.alarmName", {
        own,
        isSameType: (other) => other instanceof cloudwatch.CfnAlarm || other instanceof cloudwatch.CfnCompositeAlarm,
        nameOf: (other) => other.alarmName,
        within: "region",
      });
    }
  }
}
