import { consume } from "fanfare";
import { taskOf } from "fanfare/step-functions";
import { contract } from "./contract.ts";

export const handler = consume(contract, {
  Placed: async (_, ctx) => {
    await taskOf(ctx)?.succeed();
  },
});
