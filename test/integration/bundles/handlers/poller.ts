import { poll } from "fanfare";
import { contract } from "./contract.ts";

export const poller = poll(contract, { Placed: async () => {} }, { queueUrl: "https://sqs.example/1/queue" });
