import { Reference, Token, Tokenization } from "aws-cdk-lib";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as sqs from "aws-cdk-lib/aws-sqs";
import type { IConstruct } from "constructs";
import { definedFunctionOf } from "../access/index.ts";
import { checkAtSynthesis, deployed, identityOf, isObject, numberOf, refuseIf } from "../checks/index.ts";
import { retentionOf, visibilityOf } from "./existing-queue.ts";
import { checkRetentionAndVisibility, checkRetentions } from "./retention-checks.ts";
import { guidedBy, refuseShortVisibility } from "./visibility.ts";

/** Queues of a consumer, and the function that consumes them. */
export interface DeployedQueues {
  readonly queue: sqs.IQueue;
  readonly deadLetterQueue: sqs.IQueue | undefined;
  /** `undefined` if Fanfare attaches none. */
  readonly handler: lambda.IFunction | undefined;
  /** The option that sets the retention of the dead-letter queue. */
  readonly retentionOption: "deadLetter.retention" | "deadLetterRetention";
}

/**
 * Checks queues at synthesis, as they are deployed: the user's own queues, and changes to others by aspects or on their L1 constructs. Nothing
 * is known of imported queues.
 *
 * @throws FanfareError `ConfigurationInvalid` for what AWS would refuse, or what would lose messages
 */
export function checkDeployedQueues(scope: IConstruct, queues: DeployedQueues): void {
  const { queue, deadLetterQueue, handler, retentionOption } = queues;
  checkAtSynthesis(scope, () => {
    const main = queue.node.defaultChild;
    if (!(main instanceof sqs.CfnQueue)) {
      return;
    }
    const redrive = deployed(main).RedrivePolicy;
    refuseIf(scope, redrive === undefined, {
      field: "redrivePolicy",
      message: `${main.node.path} has no redrive policy: a message that always fails would be redelivered until it expires`,
      remedy: "give it a dead-letter queue, or leave the redrivePolicy of its L1 construct as it is",
    });
    if (handler !== undefined) {
      checkReceives(scope, redrive);
      checkTimeout(scope, queue, handler);
    }
    const retention = retentionOf(queue);
    checkRetentionAndVisibility(scope, retention, visibilityOf(queue));
    const dead = deadLetterQueue?.node.defaultChild;
    if (dead instanceof sqs.CfnQueue) {
      checkRetentions(scope, retentionOption, retention, retentionOf(deadLetterQueue));
      checkDeadLetterQueue(scope, main, dead);
    }
  });
}

/** Not every receive is a try, and the first that is none would dead-letter the message. */
function checkReceives(scope: IConstruct, redrive: unknown): void {
  refuseIf(scope, isObject(redrive) && Number(redrive.maxReceiveCount) === 1, {
    field: "maxReceiveCount",
    message:
      "maxReceiveCount is 1: a message would be dead-lettered, and never handled, when a poll is throttled, too little time is left in an invocation, or another worker has its event",
    limit: "at least 2 receives",
    remedy:
      "to start the handler once only, set maxAttempts: 1 and leave maxReceiveCount out; raise it on your own queue",
  });
}

function checkTimeout(scope: IConstruct, queue: sqs.IQueue, handler: lambda.IFunction): void {
  const fn = definedFunctionOf(handler)?.node.defaultChild;
  const timeout = fn instanceof lambda.CfnFunction ? numberOf(deployed(fn).Timeout) : undefined;
  if (timeout !== undefined && !Token.isUnresolved(timeout)) {
    refuseShortVisibility(scope, visibilityOf(queue), { timeout, guided: guidedBy(timeout) });
  }
}

/** Checks that SQS can move messages of a queue to its dead-letter queue. Source: SQS API Reference, "CreateQueue". */
function checkDeadLetterQueue(scope: IConstruct, main: sqs.CfnQueue, dead: sqs.CfnQueue): void {
  const isFifo = (queue: sqs.CfnQueue) => deployed(queue).FifoQueue === true;
  refuseIf(scope, main === dead, {
    field: "deadLetterQueue",
    message: `${main.node.path} is its own dead-letter queue: a message that always fails would never leave it`,
    remedy: "use another queue",
  });
  refuseIf(scope, isFifo(main) !== isFifo(dead), {
    field: "deadLetterQueue",
    message: `the dead-letter queue ${dead.node.path} is ${isFifo(dead) ? "FIFO" : "standard"}, but its queue is ${isFifo(main) ? "FIFO" : "standard"}; SQS requires the same type`,
    remedy: `use a ${isFifo(main) ? "FIFO" : "standard"} dead-letter queue`,
  });
  const allow = deployed(dead).RedriveAllowPolicy;
  const permission = isObject(allow) ? allow.redrivePermission : undefined;
  refuseIf(scope, permission === "denyAll" || (permission === "byQueue" && namesOthersOnly(scope, main, dead)), {
    field: "redriveAllowPolicy",
    message: `the redriveAllowPolicy of ${dead.node.path} does not let ${main.node.path} use it as its dead-letter queue; SQS would refuse the queue, or never move its messages`,
    remedy: "leave redriveAllowPolicy out, or name the queue in sourceQueues",
  });
}

/** Whether all queues that may use a dead-letter queue are known to be others. */
function namesOthersOnly(scope: IConstruct, main: sqs.CfnQueue, dead: sqs.CfnQueue): boolean {
  const { redriveAllowPolicy } = dead;
  const arns = isObject(redriveAllowPolicy) ? redriveAllowPolicy.sourceQueueArns : undefined;
  return (
    Array.isArray(arns) &&
    arns.every((arn) => {
      const { length, firstToken } = Tokenization.reverseString(String(arn));
      return length === 1 && Reference.isReference(firstToken) && identityOf(scope, String(arn)) !== main.node.path;
    })
  );
}
