import { createPublisher } from "fanfare";
import { contract } from "./contract.ts";

const publish = createPublisher(contract);
export const handler = () => publish("Placed", { n: 1 });
