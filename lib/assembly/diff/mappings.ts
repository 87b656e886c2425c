import { isJsonObject, objectOf } from "../../std/index.ts";
import { type AssemblyModel, type AssemblyResource, type Mapping, mappingsOf } from "../model/index.ts";
import { type Finding, findingAt } from "./finding.ts";

/** Seconds where a template does not say. Sources: Amazon SQS API Reference, `CreateQueue`; AWS Lambda API Reference, `CreateFunction`. */
const DEFAULTS = { visibility: 30, timeout: 3 };

/** Event source mappings that are gone or disabled, delete messages by a filter, or hide them for too short a time. */
export function mappingFindings(before: AssemblyModel, after: AssemblyModel): Finding[] {
  const now = Map.groupBy(mappingsOf(after), ({ source }) => keyOf(source));
  const old = mappingsOf(before).flatMap((each): Finding[] => {
    const { source } = each;
    const renewed = now.get(keyOf(source)) ?? [];
    const queue = after.get(source.stack, source.logicalId);
    if (queue === undefined) {
      // What becomes of the queue is said of the queue.
      return [];
    }
    const next = renewed.find(({ handler }) => keyOf(handler) === keyOf(each.handler)) ?? renewed[0];
    return next === undefined || isDisabled(next, each) ? [stops(queue, each)] : narrows(each, next);
  });
  return [...old, ...mappingsOf(after).flatMap((each) => tooShort(each, before))];
}

function isDisabled({ mapping: next }: Mapping, { mapping: old }: Mapping): boolean {
  const off = ({ properties }: AssemblyResource) => properties.Enabled === false || properties.Enabled === "false";
  return off(next) && !off(old);
}

function stops(queue: AssemblyResource, { handler }: Mapping): Finding {
  return findingAt(queue, {
    kind: "consumerRemoved",
    change: `${handler.name} no longer receives its messages`,
    consequence: "messages wait until they expire, and are then lost",
    remedy: "remove the subscription first, and the consumer when the queue is empty",
  });
}

/** Lambda deletes what the filters of a mapping do not let through. */
function narrows({ mapping: old }: Mapping, { mapping: next }: Mapping): Finding[] {
  const [wide, narrow] = [filterPatterns(old), filterPatterns(next)];
  const isCovered = narrow === undefined || (wide?.every((pattern) => narrow.includes(pattern)) ?? false);
  return isCovered
    ? []
    : [
        findingAt(next, {
          kind: "filterNarrows",
          change: "the filters of the event source mapping let through less, or it cannot be shown that they do not",
          consequence: "Lambda deletes messages that no filter lets through",
          remedy: "filter at the subscription, so that the messages are not sent to the queue",
        }),
      ];
}

function tooShort({ source, handler }: Mapping, before: AssemblyModel): Finding[] {
  const old = before.get(source.stack, source.logicalId);
  const oldHandler = before.get(handler.stack, handler.logicalId);
  const isShort = (queue: AssemblyResource, lambda: AssemblyResource) => visibilityOf(queue) < timeoutOf(lambda);
  const wasShort = old !== undefined && oldHandler !== undefined && isShort(old, oldHandler);
  return source.type !== "AWS::SQS::Queue" || !isShort(source, handler) || wasShort
    ? []
    : [
        findingAt(source, {
          kind: "visibilityTooShort",
          change: `its visibility timeout (${visibilityOf(source)} s) is shorter than the timeout of ${handler.name} (${timeoutOf(handler)} s)`,
          consequence: "messages are delivered again while they are being processed, or Lambda refuses the mapping",
          remedy: "set the visibility timeout to 6 times the function's timeout",
        }),
      ];
}

function visibilityOf({ properties }: AssemblyResource): number {
  return Number(properties.VisibilityTimeout ?? DEFAULTS.visibility);
}

function timeoutOf({ properties }: AssemblyResource): number {
  return Number(properties.Timeout ?? DEFAULTS.timeout);
}

function keyOf({ stack, logicalId }: AssemblyResource): string {
  return `${stack}/${logicalId}`;
}

/** The patterns of a mapping's filters; `undefined` where it has none, and lets everything through. */
function filterPatterns({ properties }: AssemblyResource): readonly string[] | undefined {
  const { Filters: filters } = objectOf(properties.FilterCriteria);
  const patterns = (Array.isArray(filters) ? filters : []).filter(isJsonObject).map(({ Pattern }) => String(Pattern));
  return patterns.length === 0 ? undefined : patterns;
}
