import { circuitBreaker, consume } from "fanfare";
import { contract } from "./contract.ts";

export const handler = consume(contract, { Placed: async () => {} }, { circuitBreaker: circuitBreaker() });
