import { Lazy, Stack } from "aws-cdk-lib";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as logs from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { definedFunctionOf } from "../access/index.ts";

/** Log groups of one query. Source: Amazon CloudWatch Logs API Reference, `StartQuery`. */
const MAX_LOG_GROUPS = 50;

/**
 * Takes a field out of a line of Fanfare. With Lambda's JSON log format, the line is a string in the field `message`, so its quotation marks
 * are escaped and Insights finds no fields in it; with the text format, it follows a prefix. The expression reads both.
 */
const field = (name: string, as = name) => `parse @message /"${name}\\\\?":\\\\?"(?<${as}>[^"\\\\]+)/`;

/** The same for the name of the error, which is a field of an object. */
const ERROR = `parse @message /"error\\\\?":\\{\\\\?"name\\\\?":\\\\?"(?<errorName>[^"\\\\]+)/`;

/** Fields of the lines of outcomes that each query uses, as docs/observability.md documents them. */
const OUTCOMES = [field("outcome"), "filter ispresent(outcome)"];

interface SavedQuery {
  readonly id: string;
  readonly title: string;
  readonly commands: readonly string[];
}

/** The queries. An event id is put in place of `EVENT_ID`. */
const QUERIES: readonly SavedQuery[] = [
  {
    id: "OutcomesByCause",
    title: "Outcomes by cause",
    commands: [
      ...OUTCOMES,
      field("consumer"),
      field("cause"),
      "stats count(*) as messages by consumer, outcome, cause",
      "sort messages desc",
    ],
  },
  {
    id: "DeadLettersByError",
    title: "Dead letters by error",
    commands: [
      ...OUTCOMES,
      'filter outcome = "deadLettered"',
      field("consumer"),
      field("event"),
      ERROR,
      "stats count(*) as messages, max(@timestamp) as latest by consumer, event, errorName",
      "sort messages desc",
    ],
  },
  {
    id: "SlowestHandlers",
    title: "Slowest handlers",
    commands: [
      "fields coalesce(@duration, record.metrics.durationMs) as durationMs",
      "filter ispresent(durationMs)",
      "stats count(*) as invocations, pct(durationMs, 99) as p99, max(durationMs) as slowest by @log, bin(5m)",
      "sort slowest desc",
    ],
  },
  {
    id: "OneEventsWay",
    title: "One event's way",
    commands: [
      "filter @message like /EVENT_ID/",
      field("eventId"),
      field("messageId"),
      field("consumer"),
      field("outcome"),
      field("cause"),
      ERROR,
      "display @timestamp, consumer, outcome, cause, errorName, eventId, messageId, @message",
      "sort @timestamp asc",
    ],
  },
];

/** The saved queries of CloudWatch Logs Insights of a topic or work queue, over the logs of all its handlers. Four resources. */
export class SavedQueries {
  private readonly scope: Construct;
  private readonly enabled: boolean;
  private readonly logGroupNames: string[] = [];

  /** @param enabled `false` creates no queries */
  constructor(scope: Construct, enabled = true) {
    this.scope = scope;
    this.enabled = enabled;
  }

  /** Adds the logs of a handler, unless it is imported or in another stack. The first creates the queries. */
  add(handler: lambda.IFunction | undefined): void {
    const fn = definedFunctionOf(handler);
    if (!this.enabled || fn === undefined || Stack.of(fn) !== Stack.of(this.scope)) {
      return;
    }
    this.logGroupNames.push(logGroupNameOf(fn));
    if (this.logGroupNames.length === 1) {
      this.create();
    }
  }

  private create(): void {
    const logGroupNames = Lazy.list({ produce: () => [...new Set(this.logGroupNames)].slice(0, MAX_LOG_GROUPS) });
    for (const { id, title, commands } of QUERIES) {
      new logs.CfnQueryDefinition(this.scope, `${id}Query`, {
        // The slashes make folders in the console.
        name: `${this.scope.node.path}/${title}`,
        queryString: commands.join("\n| "),
        logGroupNames,
      });
    }
  }
}

/** Returns the name of the log group of a function, without creating one as `fn.logGroup` does. */
function logGroupNameOf(fn: lambda.Function): string {
  const resource = fn.node.defaultChild;
  const config = resource instanceof lambda.CfnFunction ? resource.loggingConfig : undefined;
  const given = config !== undefined && "logGroup" in config ? config.logGroup : undefined;
  return given ?? `/aws/lambda/${fn.functionName}`;
}
