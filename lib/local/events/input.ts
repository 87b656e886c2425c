import type { Json, JsonObject } from "../../std/index.ts";
import type { Rule, RuleTarget } from "./rule.ts";
import { fillTemplate, valueAt } from "./template.ts";

/**
 * What a target gets of an event: a constant, a part of it, a text made from parts, or the event itself.
 * Source: EventBridge User Guide, "Amazon EventBridge input transformation".
 */
export function targetInput(target: RuleTarget, event: JsonObject, rule: Pick<Rule, "arn">): string {
  const { input, inputPath, inputTransformer } = target;
  if (input !== undefined) {
    return input;
  }
  if (inputPath !== undefined) {
    return JSON.stringify(valueAt(event, inputPath) ?? null);
  }
  return inputTransformer === undefined ? JSON.stringify(event) : transformed(inputTransformer, event, rule);
}

/** `<name>` in a template. */
const VARIABLE = /<([\w.-]+)>/g;

function transformed(
  { paths, template }: NonNullable<RuleTarget["inputTransformer"]>,
  event: JsonObject,
  rule: Pick<Rule, "arn">,
): string {
  const reserved: Readonly<Record<string, Json>> = {
    "aws.events.rule-arn": rule.arn,
    "aws.events.rule-name": rule.arn.split("/").at(-1) ?? "",
    "aws.events.event.ingestion-time": event.time ?? null,
    "aws.events.event": withoutDetail(event),
    "aws.events.event.json": event,
  };
  return fillTemplate(template, VARIABLE, (name) => {
    const path = Object.hasOwn(paths, name) ? paths[name] : undefined;
    return path === undefined ? reserved[name] : (valueAt(event, path) ?? null);
  });
}

function withoutDetail({ detail: _detail, ...rest }: JsonObject): JsonObject {
  return rest;
}
