import { isJsonObject, type JsonObject, objectOf } from "../../std/index.ts";
import type { Place } from "../common/index.ts";
import type { Schedule } from "./rule.ts";
import { parseSchedule } from "./schedule-expression.ts";

/** A schedule that was created through the API of EventBridge Scheduler. */
export interface CreatedSchedule {
  readonly name: string;
  readonly groupName: string;
  readonly place: Place;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly changedAt: number;
  /** As the caller gave it. */
  readonly definition: JsonObject;
}

/** The schedules that an app creates while it runs. They end with the runtime. */
export class CreatedSchedules {
  readonly #schedules = new Map<string, CreatedSchedule>();
  readonly #onChange: (key: string, schedule: Schedule | undefined, deletesItself: boolean) => void;

  /** @param onChange gets each schedule that is new or changed, and undefined for one that is gone */
  constructor(onChange: (key: string, schedule: Schedule | undefined, deletesItself: boolean) => void) {
    this.#onChange = onChange;
  }

  all(place: Place): readonly CreatedSchedule[] {
    return [...this.#schedules.values()].filter((each) => keyOf(each) === keyOf({ ...each, place }));
  }

  get(wanted: Pick<CreatedSchedule, "name" | "groupName" | "place">): CreatedSchedule | undefined {
    return this.#schedules.get(keyOf(wanted));
  }

  /** @throws LocalError `TemplateInvalid` for an expression that cannot be read */
  set(created: CreatedSchedule): void {
    const schedule = toSchedule(created);
    parseSchedule(schedule.expression, created.createdAt, schedule.timeZone);
    const key = keyOf(created);
    this.#schedules.set(key, created);
    this.#onChange(key, schedule, created.definition.ActionAfterCompletion === "DELETE");
  }

  /** Returns whether it was there. */
  delete(wanted: Pick<CreatedSchedule, "name" | "groupName" | "place">): boolean {
    return this.deleteKey(keyOf(wanted));
  }

  deleteKey(key: string): boolean {
    const isThere = this.#schedules.delete(key);
    if (isThere) {
      this.#onChange(key, undefined, false);
    }
    return isThere;
  }
}

function keyOf({ place, groupName, name }: Pick<CreatedSchedule, "name" | "groupName" | "place">): string {
  return [place.accountId, place.region, groupName, name].join("/");
}

function toSchedule({ name, definition }: CreatedSchedule): Schedule {
  const { ScheduleExpression, ScheduleExpressionTimezone = "UTC", State = "ENABLED", Target } = definition;
  const target = objectOf(Target);
  const group = isJsonObject(target.SqsParameters) ? target.SqsParameters.MessageGroupId : undefined;
  return {
    name,
    enabled: State === "ENABLED",
    expression: String(ScheduleExpression),
    timeZone: String(ScheduleExpressionTimezone),
    target: {
      arn: String(target.Arn),
      input: typeof target.Input === "string" ? target.Input : undefined,
      inputPath: undefined,
      inputTransformer: undefined,
      messageGroupId: typeof group === "string" ? group : undefined,
    },
  };
}
