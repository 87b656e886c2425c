import type { Cloud } from "../cloud/index.ts";
import type { FleetQueue } from "./types.ts";

/**
 * The present time by the clock of SQS, in milliseconds since the Unix epoch, cut to a second: the `Date` header of a response. It can
 * be compared with `SentTimestamp`, which this machine's clock cannot. `undefined` for an endpoint that sends no date.
 */
export async function queueTime(cloud: Cloud, { url }: Pick<FleetQueue, "url">): Promise<number | undefined> {
  const { sdk, call } = await cloud.sqs();
  const command = new sdk.GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["QueueArn"] });
  let date: string | undefined;
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      date = dateIn(result.response);
      return result;
    },
    { step: "deserialize", name: "readDate", priority: "low" },
  );
  await call((client, options) => client.send(command, options));
  const at = Date.parse(date ?? "");
  return Number.isNaN(at) ? undefined : at;
}

function dateIn(response: unknown): string | undefined {
  if (typeof response !== "object" || response === null || !("headers" in response)) {
    return undefined;
  }
  const { headers } = response;
  const date = typeof headers === "object" && headers !== null && "date" in headers ? headers.date : undefined;
  return typeof date === "string" ? date : undefined;
}
