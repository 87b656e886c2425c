import { destroyStacks } from "../cdk/cli.ts";
import { createClients } from "../suite/support/clients.ts";
import { create, required } from "./created.ts";
import type { Deploy } from "./target.ts";

/** The target creates everything, and runs the functions itself: MiniStack and AWS. */
export const deployWhole: Deploy = async (site) => {
  const { account, emulator, place, assembly, results } = site;
  const there = await create(site, assembly);
  if (there === undefined) {
    return undefined;
  }
  const { outputs, created } = there;
  const endpoint = emulator?.endpoint;
  const clients = createClients({ region: place.region, endpoint, dynamoDbEndpoint: endpoint });
  const resource = (path: string) => required(path, created.find(path));
  return {
    clients,
    outputs,
    resource,
    invoke: (path, payload) => account.invoke(resource(path), payload),
    lines: (path) => account.logLines(resource(`${path}Logs`)),
    pids: [],
    remove: async () => {
      await results.run("cdk destroy", async () => {
        await created.emptyBuckets(clients);
        await destroyStacks(place, assembly);
      });
    },
  };
};
