import { ENVIRONMENT } from "../../names/index.ts";
import { isJsonObject } from "../../std/index.ts";
import { parseJson } from "../../wire/index.ts";
import { configurationInvalid, type DeadLetterQueue } from "../record/index.ts";

/** The dead-letter queues of a consumer, by ARN of the source queue. @throws FanfareError `ConfigurationInvalid` */
export function deadLetterQueuesFrom(
  option: Readonly<Record<string, DeadLetterQueue>> | undefined,
): ReadonlyMap<string, DeadLetterQueue> {
  if (option !== undefined) {
    return new Map(Object.entries(option));
  }
  const variable = ENVIRONMENT.deadLetterQueues;
  const text = process.env[variable];
  if (text === undefined || text === "") {
    return new Map();
  }
  const invalid = (what: string) =>
    configurationInvalid(
      variable,
      `${variable} ${what}`,
      'write {"<queue ARN>":{"url":"<DLQ URL>","maxReceiveCount":5}}, as the constructs do',
    );
  const queues = new Map<string, DeadLetterQueue>();
  let parsed: unknown;
  try {
    parsed = parseJson(text, variable);
  } catch {
    throw invalid("is not JSON");
  }
  if (!isJsonObject(parsed)) {
    throw invalid("is not a JSON object");
  }
  for (const [arn, queue] of Object.entries(parsed)) {
    if (!isJsonObject(queue) || typeof queue.url !== "string") {
      throw invalid(`has no url for ${arn}`);
    }
    queues.set(arn, {
      url: queue.url,
      ...(typeof queue.maxReceiveCount === "number" ? { maxReceiveCount: queue.maxReceiveCount } : {}),
      ...(typeof queue.maxAttempts === "number" ? { maxAttempts: queue.maxAttempts } : {}),
    });
  }
  return queues;
}
