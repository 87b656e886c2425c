import { isJsonObject } from "../../../std/index.ts";
import { checkPattern, parseSchedule, type RuleTarget } from "../../events/index.ts";
import { TargetSender } from "../../targets/index.ts";
import { NAME_RULES } from "../names.ts";
import type { PropertyReader } from "../properties.ts";
import { arn, type ResourceRequest, type ResourceType } from "./resource-type.ts";

const DEFAULT_BUS = "default";

/** A bus is a name: its rules hold it. */
export const eventBus: ResourceType = {
  types: ["AWS::Events::EventBus"],
  treatment: "recorded",

  async deploy(request) {
    const name = request.physicalName("Name", NAME_RULES.function);
    return { physicalId: name, attributes: { Arn: arn("events", request.place, `event-bus/${name}`), Name: name } };
  },
};

export const eventRule: ResourceType = {
  types: ["AWS::Events::Rule"],
  treatment: "recorded",

  async deploy(request) {
    const { properties, place } = request;
    const name = request.physicalName("Name", NAME_RULES.function);
    const busName = (properties.text("EventBusName") ?? DEFAULT_BUS).split("/").at(-1) ?? DEFAULT_BUS;
    const ruleArn = arn("events", place, busName === DEFAULT_BUS ? `rule/${name}` : `rule/${busName}/${name}`);
    const pattern = properties.attribute("EventPattern");
    const schedule = properties.text("ScheduleExpression");
    // Refused here, where the resource is known.
    if (pattern !== undefined) {
      checkPattern(pattern);
    }
    if (schedule !== undefined) {
      parseSchedule(schedule, 0);
    }
    return {
      physicalId: busName === DEFAULT_BUS ? name : `${busName}|${name}`,
      attributes: { Arn: ruleArn },
      rule: {
        arn: ruleArn,
        busName,
        enabled: (properties.text("State") ?? "ENABLED") !== "DISABLED",
        pattern,
        schedule,
        targets: properties.objects("Targets").flatMap((target) => targetOf(request, target)),
        region: place.region,
        accountId: place.accountId,
      },
    };
  },
};

export const schedule: ResourceType = {
  types: ["AWS::Scheduler::Schedule"],
  treatment: "recorded",

  async deploy(request) {
    const { properties, place } = request;
    const name = request.physicalName("Name", NAME_RULES.function);
    const expression = properties.requiredText("ScheduleExpression");
    const timeZone = properties.text("ScheduleExpressionTimezone") ?? "UTC";
    parseSchedule(expression, 0, timeZone);
    const target = properties.object("Target");
    const [only] = target === undefined ? [] : targetOf(request, target);
    const group = properties.text("GroupName") ?? DEFAULT_BUS;
    const enabled = (properties.text("State") ?? "ENABLED") === "ENABLED";
    return {
      physicalId: name,
      attributes: { Arn: arn("scheduler", place, `schedule/${group}/${name}`) },
      ...(only === undefined ? {} : { schedule: { name, enabled, expression, timeZone, target: only } }),
    };
  },
};

/** A target of a rule or a schedule; none for what nothing is sent to. */
function targetOf(request: ResourceRequest, target: PropertyReader): RuleTarget[] {
  const targetArn = target.requiredText("Arn");
  if (!TargetSender.canSendTo(targetArn)) {
    const service = targetArn.split(":")[2] || "AWS's API";
    request.leaveOut(`Targets of rules and schedules in ${service}`, "they get no events");
    return [];
  }
  const transformer = target.object("InputTransformer");
  const paths = transformer?.values.InputPathsMap;
  return [
    {
      arn: targetArn,
      input: target.text("Input"),
      inputPath: target.text("InputPath"),
      inputTransformer:
        transformer === undefined
          ? undefined
          : {
              paths: Object.fromEntries(
                Object.entries(isJsonObject(paths) ? paths : {}).map(([name, path]) => [name, String(path)]),
              ),
              template: transformer.requiredText("InputTemplate"),
            },
      messageGroupId: target.object("SqsParameters")?.text("MessageGroupId"),
    },
  ];
}
