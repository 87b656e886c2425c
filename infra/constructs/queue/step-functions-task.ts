import type { IResolvable } from "aws-cdk-lib";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import type * as sfn from "aws-cdk-lib/aws-stepfunctions";
import type { SqsSendMessage } from "aws-cdk-lib/aws-stepfunctions-tasks";
import type { Construct, IConstruct } from "constructs";
import type { AnyContract, EventName, PayloadInput } from "../../../lib/contract/index.ts";
import { declaredEvent, refuseIf } from "../checks/index.ts";
import { stepFunctionsModules } from "./step-functions-modules.ts";

/**
 * A payload in which each value may come from the state: `sfn.JsonPath.stringAt("$.orderId")`, `numberAt`, `listAt` and `objectAt`, or a
 * JSONata expression. The compiler checks names and kinds; the values are checked by the consumer.
 */
export type TaskData<Data> =
  | IResolvable
  | (Data extends string
      ? string
      : Data extends number
        ? number | string
        : Data extends boolean
          ? boolean | string
          : Data extends readonly (infer Item)[]
            ? readonly TaskData<Item>[] | string
            : Data extends object
              ? { readonly [Key in keyof Data]: TaskData<Data[Key]> }
              : Data);

/** Options of `stepFunctionsTask`: those of any task state, and what is sent. */
export interface StepFunctionsTaskOptions<C extends AnyContract = AnyContract, Name extends EventName<C> = EventName<C>>
  extends Omit<sfn.TaskStateBaseProps, "integrationPattern" | "timeout" | "heartbeat"> {
  /** The payload. @default the whole input of the state */
  readonly data?: TaskData<PayloadInput<C, Name>>;
  /** Message group, for FIFO: `sfn.JsonPath.stringAt("$.orderId")`. The contract's `group` cannot be evaluated by Step Functions. */
  readonly messageGroupId?: string;
}

/** The message of a task. */
export interface TaskMessage {
  readonly body: sfn.TaskInput;
  readonly type: string;
  /** What the state has besides its message. */
  readonly state: Omit<sfn.TaskStateBaseProps, "timeout" | "heartbeat">;
  readonly fifo: { readonly messageGroupId?: string; readonly messageDeduplicationId?: string };
}

/** What Step Functions knows of a task. */
interface TaskContext {
  readonly id: string;
  readonly source: string;
  readonly time: string;
  readonly tasktoken: string;
  readonly input: string | IResolvable;
}

/** Reads it in the state's language. Source: Step Functions Developer Guide, "Context object", "Intrinsic functions" and "JSONata". */
function contextIn(language: sfn.QueryLanguage | undefined): TaskContext {
  const { JsonPath, QueryLanguage } = stepFunctionsModules().sfn;
  return language === QueryLanguage.JSONATA
    ? {
        id: "{% $hash($states.context.Task.Token, 'SHA-256') %}",
        source: "{% $states.context.StateMachine.Id %}",
        time: "{% $states.context.State.EnteredTime %}",
        tasktoken: "{% $states.context.Task.Token %}",
        input: "{% $states.input %}",
      }
    : {
        id: JsonPath.hash(JsonPath.taskToken, "SHA-256"),
        source: JsonPath.stateMachineId,
        time: JsonPath.stateEnteredTime,
        tasktoken: JsonPath.taskToken,
        input: JsonPath.objectAt("$"),
      };
}

/**
 * Returns the message of a task that waits for its response: an event of the contract, with the task token as an extension of the
 * envelope. Its id is a hash of the token: the same for each delivery of the message, and another one when the state is tried again.
 *
 * @throws FanfareError `ConfigurationInvalid` for an unknown event, without a timeout, and on FIFO without a group
 */
export function taskMessage<C extends AnyContract, Name extends EventName<C>>(
  scope: IConstruct,
  { contract, event, fifo }: { readonly contract: C; readonly event: Name; readonly fifo: boolean },
  { data, messageGroupId, ...state }: StepFunctionsTaskOptions<C, Name>,
): TaskMessage {
  const declared = declaredEvent(scope, contract, event);
  refuseIf(scope, state.taskTimeout === undefined && state.heartbeatTimeout === undefined, {
    field: "taskTimeout",
    message: "the task has no time limit: if its message is dead-lettered, the execution waits for a year",
    remedy: "set taskTimeout: sfn.Timeout.duration(Duration.hours(1)), or heartbeatTimeout",
  });
  refuseIf(scope, fifo && messageGroupId === undefined, {
    field: "messageGroupId",
    message: "messages of a FIFO topic or queue need a group, which Step Functions does not know from the contract",
    remedy: 'set messageGroupId: sfn.JsonPath.stringAt("$.orderId")',
  });
  const { id, source, time, tasktoken, input } = contextIn(state.queryLanguage);
  const { IntegrationPattern, TaskInput } = stepFunctionsModules().sfn;
  return {
    body: TaskInput.fromObject({
      specversion: "1.0",
      id,
      source,
      type: declared.type,
      time,
      datacontenttype: "application/json",
      dataversion: declared.definition.version,
      tasktoken,
      data: data ?? input,
    }),
    type: declared.type,
    state: { ...state, integrationPattern: IntegrationPattern.WAIT_FOR_TASK_TOKEN },
    fifo: {
      ...(messageGroupId !== undefined && { messageGroupId }),
      ...(fifo && { messageDeduplicationId: id }),
    },
  };
}

/** Returns a state that sends a message to a queue, and waits for the response of its consumer. */
export function queueTask(
  scope: Construct,
  id: string,
  queue: sqs.IQueue,
  { body, state, fifo }: TaskMessage,
): SqsSendMessage {
  const { tasks } = stepFunctionsModules();
  return new tasks.SqsSendMessage(scope, id, { ...state, ...fifo, queue, messageBody: body });
}
