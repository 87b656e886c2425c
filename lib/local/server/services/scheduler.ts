import { isJsonObject, type JsonObject, parseJson } from "../../../std/index.ts";
import { describeError } from "../../common/index.ts";
import { AwsError } from "../../engine/index.ts";
import type { CreatedSchedule, CreatedSchedules } from "../../events/index.ts";
import { readBody } from "../http/body.ts";
import { BODY_LIMITS } from "../limits.ts";
import type { Service, ServiceReply, ServiceRequest } from "./service.ts";
import { jsonError, unsupportedOperation } from "./unsupported.ts";

/** Where schedules are; undefined while the app is deployed for the first time. */
export type FindSchedules = () => CreatedSchedules | undefined;

/** The group of schedules that name none. */
const DEFAULT_GROUP = "default";

const OPERATIONS: Readonly<Record<string, string>> = {
  POST: "CreateSchedule",
  PUT: "UpdateSchedule",
  GET: "GetSchedule",
  DELETE: "DeleteSchedule",
};

/** As much of EventBridge Scheduler's API as functions use: schedules, without groups. Source: EventBridge Scheduler API Reference. */
export function schedulerService(find: FindSchedules, now: () => number): Service {
  return {
    name: "scheduler",
    async handle(request) {
      const [, name] = /^\/schedules(?:\/([^/]+))?\/?$/.exec(request.path) ?? [undefined, undefined];
      const isList = request.method === "GET" && /^\/schedules\/?$/.test(request.path);
      const operation = isList ? "ListSchedules" : OPERATIONS[request.method];
      if (operation === undefined || (name === undefined && !isList)) {
        throw unsupportedOperation(
          "EventBridge Scheduler",
          `${request.method} ${request.path}`,
          Object.values(OPERATIONS),
          {
            code: "UnsupportedOperation",
            statusCode: 501,
          },
        );
      }
      request.operation = operation;
      const schedules = find();
      if (schedules === undefined) {
        throw new AwsError("ServiceUnavailable", "The app is not deployed yet.", { statusCode: 503 });
      }
      return name === undefined
        ? reply(request, { Schedules: schedules.all(request.context).map(summary) })
        : reply(request, await answer(schedules, decodeURIComponent(name), request, now()));
    },
    fail: (error, request) => jsonError(error, request),
  };
}

async function answer(
  schedules: CreatedSchedules,
  name: string,
  request: ServiceRequest,
  now: number,
): Promise<JsonObject> {
  const isWrite = request.method === "POST" || request.method === "PUT";
  const definition = isWrite ? await readDefinition(request) : {};
  const groupName = String(definition.GroupName ?? request.query.get("groupName") ?? DEFAULT_GROUP);
  const { region, accountId } = request.context;
  const key = { name, groupName, place: { region, accountId } };
  const known = schedules.get(key);
  if (request.method === "POST" && known !== undefined) {
    throw new AwsError("ConflictException", `Schedule ${name} already exists.`, { statusCode: 409 });
  }
  if (request.method !== "POST" && known === undefined) {
    throw new AwsError("ResourceNotFoundException", `Schedule ${name} does not exist.`, { statusCode: 404 });
  }
  if (request.method === "GET" && known !== undefined) {
    return { ...known.definition, ...summary(known) };
  }
  if (request.method === "DELETE") {
    schedules.delete(key);
    return {};
  }
  const created: CreatedSchedule = { ...key, createdAt: known?.createdAt ?? now, changedAt: now, definition };
  try {
    schedules.set(created);
  } catch (error) {
    throw new AwsError("ValidationException", `Invalid Schedule Expression: ${describeError(error)}`);
  }
  return { ScheduleArn: arnOf(created) };
}

async function readDefinition(request: ServiceRequest): Promise<JsonObject> {
  const definition = parseJson(Buffer.from(await readBody(request.incoming, BODY_LIMITS.message)).toString("utf8"));
  if (!isJsonObject(definition)) {
    throw new AwsError("ValidationException", "The request has no JSON object.");
  }
  const { ScheduleExpression, FlexibleTimeWindow, Target } = definition;
  const missing = Object.entries({ ScheduleExpression, FlexibleTimeWindow, Target }).find(
    ([, value]) => value === undefined,
  );
  if (missing !== undefined || !isJsonObject(Target) || typeof Target.Arn !== "string") {
    throw new AwsError(
      "ValidationException",
      `1 validation error detected: Value null at '${missing?.[0] ?? "target.arn"}' failed to satisfy constraint: Member must not be null`,
    );
  }
  return definition;
}

function summary(created: CreatedSchedule): JsonObject {
  const { name, groupName, createdAt, changedAt, definition } = created;
  return {
    Name: name,
    GroupName: groupName,
    Arn: arnOf(created),
    State: definition.State ?? "ENABLED",
    CreationDate: createdAt / 1_000,
    LastModificationDate: changedAt / 1_000,
    Target: definition.Target ?? {},
  };
}

function arnOf({ name, groupName, place }: CreatedSchedule): string {
  return `arn:aws:scheduler:${place.region}:${place.accountId}:schedule/${groupName}/${name}`;
}

function reply(request: ServiceRequest, body: JsonObject): ServiceReply {
  return {
    status: 200,
    headers: { "content-type": "application/json", "x-amzn-requestid": request.id },
    body: JSON.stringify(body),
  };
}
