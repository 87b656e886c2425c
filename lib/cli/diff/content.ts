import type { Finding } from "../../assembly/index.ts";
import { type Cloud, countsOf } from "../../ops/index.ts";
import { type DeployedStack, physicalIdOf } from "./deployed.ts";

/** What is in queues and tables that would be replaced or deleted, beside each finding, where it may be asked. */
export async function withContent(
  findings: readonly Finding[],
  stacks: readonly DeployedStack[],
  cloud: Cloud,
): Promise<readonly Finding[]> {
  return await Promise.all(
    findings.map(async (finding) => {
      const stack = stacks.find(({ name }) => name === finding.stack);
      if (stack === undefined || !["replaced", "removed"].includes(finding.kind)) {
        return finding;
      }
      // Whoever may not count is told the rest all the same.
      const content = await contentOf(finding, stack, cloud).catch(() => undefined);
      return content === undefined ? finding : { ...finding, content };
    }),
  );
}

async function contentOf(
  { type, logicalId }: Finding,
  { physicalId }: DeployedStack,
  cloud: Cloud,
): Promise<string | undefined> {
  const id = await physicalIdOf(cloud, physicalId, logicalId);
  if (id === undefined) {
    return undefined;
  }
  switch (type) {
    case "AWS::SQS::Queue": {
      // The physical id of a queue is its URL.
      const { visible, inFlight, delayed } = await countsOf(cloud, {
        url: id,
        name: id.slice(id.lastIndexOf("/") + 1),
      });
      return `about ${shown(visible + inFlight + delayed)} messages`;
    }
    case "AWS::DynamoDB::Table": {
      const { sdk, call } = await cloud.dynamoDb();
      const command = new sdk.DescribeTableCommand({ TableName: id });
      const { Table } = await call((client, options) => client.send(command, options));
      // DynamoDB counts every six hours.
      return Table?.ItemCount === undefined ? undefined : `about ${shown(Table.ItemCount)} items some hours ago`;
    }
    default:
      return undefined;
  }
}

function shown(count: number): string {
  return new Intl.NumberFormat("en").format(count);
}
