import * as iam from "aws-cdk-lib/aws-iam";
import type * as sns from "aws-cdk-lib/aws-sns";
import type { MessageAttribute, SnsPublish, SnsPublishProps } from "aws-cdk-lib/aws-stepfunctions-tasks";
import type { Construct } from "constructs";
import type { AnyContract, Attributes, EventName } from "../../../lib/contract/index.ts";
import { TYPE_ATTRIBUTE } from "../../../lib/names/index.ts";
import { ENCRYPT_ACTIONS } from "../access/index.ts";
import { refuseIf } from "../checks/index.ts";
import { type StepFunctionsTaskOptions, stepFunctionsModules, taskMessage } from "../queue/index.ts";

/** Options of `FanoutTopic.stepFunctionsTask`. */
export interface TopicTaskOptions<C extends AnyContract = AnyContract, Name extends EventName<C> = EventName<C>>
  extends StepFunctionsTaskOptions<C, Name> {
  /**
   * All routing attributes of the event, which Step Functions cannot compute: `{ region: { value: sfn.JsonPath.stringAt("$.region") } }`.
   * A number from the state is `{ value: sfn.JsonPath.format("{}", sfn.JsonPath.stringAt("$.total")), dataType: NUMBER }`.
   */
  readonly attributes?: { readonly [Attribute in keyof Attributes<C, Name>]: MessageAttribute };
}

/** Returns a state that publishes an event, and waits for the response of one of its consumers. */
export function topicTask<C extends AnyContract, Name extends EventName<C>>(
  scope: Construct,
  id: string,
  target: { readonly topic: sns.ITopic; readonly contract: C; readonly event: Name; readonly fifo: boolean },
  { attributes, ...options }: TopicTaskOptions<C, Name>,
): SnsPublish {
  const { body, type, state, fifo } = taskMessage(scope, target, options);
  const routing: Readonly<Record<string, MessageAttribute>> = { ...attributes };
  const names = target.contract.events[target.event]?.definition.attributeNames ?? [];
  const missing = names.filter((name) => !Object.hasOwn(routing, name));
  refuseIf(scope, missing.length > 0, {
    field: "attributes",
    message: `${target.event} sets the attributes ${names.join(", ")}, and without ${missing.join(", ")} subscribers that filter on them would not get it`,
    remedy: `set attributes: { ${missing[0]}: { value: sfn.JsonPath.stringAt("$.${missing[0]}") } }`,
  });
  return encryptedPublish(scope, id, {
    ...state,
    ...fifo,
    topic: target.topic,
    message: body,
    messageAttributes: { [TYPE_ATTRIBUTE]: { value: type }, ...routing },
  });
}

/** CDK's state does not grant the use of the topic's key. */
function encryptedPublish(scope: Construct, id: string, props: SnsPublishProps): SnsPublish {
  const { tasks } = stepFunctionsModules();
  const { masterKey } = props.topic;
  class EncryptedPublish extends tasks.SnsPublish {
    protected override readonly taskPolicies = [
      new iam.PolicyStatement({ actions: ["sns:Publish"], resources: [props.topic.topicArn] }),
      ...(masterKey ? [new iam.PolicyStatement({ actions: ENCRYPT_ACTIONS, resources: [masterKey.keyArn] })] : []),
    ];
  }
  return new EncryptedPublish(scope, id, props);
}
