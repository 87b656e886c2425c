import { defineContract, event } from "fanfare";
import { z } from "zod";

export const contract = defineContract("orders", { Placed: event({ schema: z.object({ n: z.number() }) }) });
