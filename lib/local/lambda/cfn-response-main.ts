/**
 * The module `cfn-response`, which Lambda gives to functions with inline code. Source: CloudFormation User Guide, "cfn-response
 * module".
 */
export const SUCCESS = "SUCCESS";
export const FAILED = "FAILED";

interface Event {
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
}

interface Context {
  readonly logStreamName: string;
  readonly done?: () => void;
}

export async function send(
  event: Event,
  context: Context,
  Status: string,
  Data: object = {},
  physicalResourceId?: string,
  NoEcho = false,
): Promise<void> {
  const { StackId, RequestId, LogicalResourceId } = event;
  await fetch(event.ResponseURL, {
    method: "PUT",
    body: JSON.stringify({
      Status,
      Reason: `See the details in CloudWatch Log Stream: ${context.logStreamName}`,
      PhysicalResourceId: physicalResourceId ?? context.logStreamName,
      StackId,
      RequestId,
      LogicalResourceId,
      NoEcho,
      Data,
    }),
  });
  context.done?.();
}
