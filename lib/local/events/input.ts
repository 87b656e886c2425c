import { isJsonObject, type Json, type JsonObject } from "../../std/index.ts";
import type { Rule, RuleTarget } from "./rule.ts";

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

/** `<name>` in a template, with the quotation marks around it if there are any. */
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
  const isText = template.trimStart().startsWith('"');
  return template.replaceAll(VARIABLE, (whole, name: string, offset: number) => {
    const path = Object.hasOwn(paths, name) ? paths[name] : undefined;
    const isReserved = Object.hasOwn(reserved, name);
    if (path === undefined && !isReserved) {
      return whole;
    }
    const value = (path === undefined ? reserved[name] : valueAt(event, path)) ?? (isText ? "" : null);
    // Inside quotation marks a string is only escaped; elsewhere it gets its own.
    return typeof value === "string" && isQuoted(template, offset)
      ? JSON.stringify(value).slice(1, -1)
      : JSON.stringify(value);
  });
}

/** Whether the place is inside a string of the template: after an odd number of quotation marks. */
function isQuoted(template: string, offset: number): boolean {
  return (template.slice(0, offset).replaceAll(/\\./g, "").split('"').length - 1) % 2 === 1;
}

function withoutDetail({ detail: _detail, ...rest }: JsonObject): JsonObject {
  return rest;
}

/** The value at `$.detail.items[0].id`. */
function valueAt(event: JsonObject, path: string): Json | undefined {
  const steps = path.replace(/^\$\.?/, "").match(/[^.[\]]+/g) ?? [];
  let current: Json | undefined = event;
  for (const step of steps) {
    if (Array.isArray(current)) {
      current = current[Number(step)];
    } else {
      current = isJsonObject(current) && Object.hasOwn(current, step) ? current[step] : undefined;
    }
  }
  return current;
}
