import type { TaskLog } from "../../tasks/index.ts";
import { dynamoDbService } from "./dynamodb.ts";
import { eventsService, type PutEvent } from "./events.ts";
import { type FunctionGateway, lambdaService } from "./lambda.ts";
import { s3Service } from "./s3.ts";
import { type FindSchedules, schedulerService } from "./scheduler.ts";
import type { Service, ServiceHost } from "./service.ts";
import { snsService } from "./sns.ts";
import { sqsService } from "./sqs.ts";
import { stepFunctionsService } from "./step-functions.ts";
import { stsService } from "./sts.ts";
import { unsupportedService } from "./unsupported.ts";

export { directQueueCalls } from "./direct-queue-calls.ts";
export type { PutEvent } from "./events.ts";
export type { FunctionGateway, FunctionReply } from "./lambda.ts";
export type { FindSchedules } from "./scheduler.ts";
export { headerOf, type Service, type ServiceHost, type ServiceRequest } from "./service.ts";

/** The parts of a request that identify its service. */
export interface ServiceQuestion {
  /** The signing name in the credential scope, if the request is signed. */
  readonly signedFor: string | undefined;
  /** The header `X-Amz-Target`. */
  readonly target: string | undefined;
  readonly contentType: string | undefined;
  /** As it came: `/<account>/<name>` is the address of a queue. */
  readonly path: string;
  readonly action: string | null;
}

/** What is behind the services that the engine does not have. Requests to what is undefined are refused. */
export interface Backends {
  readonly functions: FunctionGateway | undefined;
  readonly putEvent: PutEvent | undefined;
  readonly schedules: FindSchedules | undefined;
  readonly tasks: TaskLog;
}

/** The names before the dot in `X-Amz-Target`. */
const TARGETS: readonly (readonly [RegExp, string])[] = [
  [/^AmazonSQS\./, "sqs"],
  [/^AWSEvents\./, "events"],
  [/^AWSStepFunctions\./, "states"],
  [/^DynamoDB(Streams)?_\d+\./, "dynamodb"],
];

/** The services of the local runtime, by what identifies a request: its signature, its target, its form. */
export function serviceFinder(
  host: ServiceHost,
  { functions, putEvent, schedules, tasks }: Backends,
): (question: ServiceQuestion) => Service {
  const services = new Map(
    [
      sqsService(host),
      snsService(host),
      s3Service(host),
      stsService(),
      stepFunctionsService(tasks),
      dynamoDbService(host),
      ...(functions === undefined ? [] : [lambdaService(functions)]),
      ...(schedules === undefined ? [] : [schedulerService(schedules, () => host.now())]),
      ...(putEvent === undefined ? [] : [eventsService(putEvent)]),
    ].map((service) => [service.name, service]),
  );
  return (question) => {
    const name = question.signedFor ?? nameOfUnsigned(question);
    return services.get(name) ?? unsupportedService(name);
  };
}

function nameOfUnsigned({ target, contentType, path, action }: ServiceQuestion): string {
  if (target !== undefined) {
    return TARGETS.find(([pattern]) => pattern.test(target))?.[1] ?? target.replace(/\..*$/, "");
  }
  const isForm = contentType?.startsWith("application/x-www-form-urlencoded") === true;
  if (/^\/\d{12}\/[\w-]+(?:\.fifo)?\/?$/.test(path) && (isForm || action !== null)) {
    return "sqs";
  }
  // Unsigned forms come from hand-written requests; SNS is the one that has links with actions, such as Unsubscribe.
  return isForm || action !== null ? "sns" : "s3";
}
