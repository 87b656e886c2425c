import { deployStack, destroyStack } from "../cdk/cli.ts";
import { createClients } from "../suite/support/clients.ts";
import { emptyBucket } from "./empty-bucket.ts";
import type { Deploy } from "./target.ts";

/** The target creates everything, and runs the functions itself: MiniStack and AWS. */
export const deployWhole: Deploy = async ({ emulator, place, assembly, results }) => {
  const outputs = await results.run("cdk deploy", () => deployStack(place, assembly));
  if (outputs === undefined) return undefined;
  const endpoint = emulator?.endpoint;
  const clients = createClients({ region: place.region, endpoint, dynamoDbEndpoint: endpoint });
  return {
    clients,
    outputs,
    pids: [],
    remove: async () => {
      await results.run("cdk destroy", async () => {
        await emptyBucket(clients.s3, outputs.PayloadBucketName);
        await destroyStack(place, assembly);
      });
    },
  };
};
