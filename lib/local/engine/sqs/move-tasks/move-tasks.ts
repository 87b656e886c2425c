import { objectOf, parseJson } from "../../../../std/index.ts";
import { randomUuid } from "../../kernel/index.ts";
import { invalidParameterValue, resourceNotFound } from "../errors.ts";
import { optionalInteger, required } from "../input.ts";
import { MAXIMUM_LISTED_MOVE_TASKS, MAXIMUM_MOVE_RATE } from "../limits.ts";
import type { SqsHandler } from "../operations.ts";
import { parseQueueArn, type Queue } from "../queue/index.ts";
import type { MoveTask, SqsState } from "../state.ts";
import { advanceMoveTasks } from "./advance.ts";

export const startMessageMoveTask: SqsHandler<"StartMessageMoveTask"> = (state, _context, input) => {
  const source = findByArn(state, "SourceArn", input.SourceArn);
  if (state.sourcesOf(source.arn).length === 0) {
    throw invalidParameterValue("Source queue must be configured as a Dead Letter Queue.");
  }
  if (input.DestinationArn !== undefined) {
    checkDestination(source, findByArn(state, "DestinationArn", input.DestinationArn));
  }
  optionalInteger("MaxNumberOfMessagesPerSecond", input.MaxNumberOfMessagesPerSecond, 1, MAXIMUM_MOVE_RATE);
  if (state.moveTasks.some((task) => task.sourceArn === source.arn && task.status === "RUNNING")) {
    throw invalidParameterValue(
      "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
    );
  }
  const task: MoveTask = {
    id: randomUuid(state.environment),
    sourceArn: source.arn,
    startedAt: state.now(),
    toMove: source.messages.counts.ready,
    moved: 0,
    status: "RUNNING",
    ...(input.DestinationArn === undefined ? {} : { destinationArn: input.DestinationArn }),
    ...(input.MaxNumberOfMessagesPerSecond === undefined ? {} : { maxPerSecond: input.MaxNumberOfMessagesPerSecond }),
  };
  forgetOldTasks(state, source.arn);
  state.moveTasks.push(task);
  advanceMoveTasks(state);
  return { TaskHandle: handleOf(task) };
};

export const listMessageMoveTasks: SqsHandler<"ListMessageMoveTasks"> = (state, _context, input) => {
  const source = findByArn(state, "SourceArn", input.SourceArn);
  const count = optionalInteger("MaxResults", input.MaxResults, 1, MAXIMUM_LISTED_MOVE_TASKS) ?? 1;
  const tasks = state.moveTasks.filter((task) => task.sourceArn === source.arn).reverse();
  return tasks.length > 0 ? { Results: tasks.slice(0, count).map(describe) } : {};
};

export const cancelMessageMoveTask: SqsHandler<"CancelMessageMoveTask"> = (state, _context, input) => {
  const { sourceArn, taskId } = parseHandle(required("TaskHandle", input.TaskHandle));
  findByArn(state, "SourceArn", sourceArn);
  const task = state.moveTasks.find((candidate) => candidate.id === taskId);
  if (task === undefined || task.status !== "RUNNING") {
    throw resourceNotFound("Task does not exist.");
  }
  task.status = "CANCELLED";
  return { ApproximateNumberOfMessagesMoved: task.moved };
};

function findByArn(state: SqsState, parameter: string, given: string | undefined): Queue {
  const arn = required(parameter, given);
  if (parseQueueArn(arn) === undefined) {
    throw invalidParameterValue(
      `You must use this format to specify the ${parameter}: arn:<partition>:<service>:<region>:<account-id>:<resource-id>`,
    );
  }
  const queue = state.find(arn);
  if (queue === undefined) {
    throw resourceNotFound(`The resource that you specified for the ${parameter} parameter doesn't exist.`);
  }
  return queue;
}

function checkDestination(source: Queue, destination: Queue): void {
  if (destination === source) {
    throw invalidParameterValue("Source queue arn and destination queue arn cannot be the same.");
  }
  if (destination.fifo !== source.fifo) {
    throw invalidParameterValue(
      "Source queue and destination queue must be of the same type: both standard or both FIFO.",
    );
  }
}

/** Only what can still be listed is kept. */
function forgetOldTasks(state: SqsState, sourceArn: string): void {
  const tasks = state.moveTasks.filter((task) => task.sourceArn === sourceArn);
  for (const task of tasks.slice(0, Math.max(0, tasks.length - MAXIMUM_LISTED_MOVE_TASKS + 1))) {
    state.moveTasks.splice(state.moveTasks.indexOf(task), 1);
  }
}

function handleOf(task: MoveTask): string {
  return Buffer.from(JSON.stringify({ taskId: task.id, sourceArn: task.sourceArn })).toString("base64");
}

function parseHandle(handle: string): { taskId: string; sourceArn: string } {
  const { taskId, sourceArn } = objectOf(parseJson(Buffer.from(handle, "base64").toString()));
  if (typeof taskId !== "string" || typeof sourceArn !== "string") {
    throw invalidParameterValue("Value for parameter TaskHandle is invalid.");
  }
  return { taskId, sourceArn };
}

function describe(task: MoveTask) {
  return {
    Status: task.status,
    SourceArn: task.sourceArn,
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.toMove,
    StartedTimestamp: task.startedAt,
    // Only a running task can be cancelled, so only it shows its handle (API: ListMessageMoveTasks).
    ...(task.status === "RUNNING" ? { TaskHandle: handleOf(task) } : {}),
    ...(task.destinationArn === undefined ? {} : { DestinationArn: task.destinationArn }),
    ...(task.maxPerSecond === undefined ? {} : { MaxNumberOfMessagesPerSecond: task.maxPerSecond }),
    ...(task.failureReason === undefined ? {} : { FailureReason: task.failureReason }),
  };
}
