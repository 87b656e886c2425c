import type { AnyContract } from "../contract/index.ts";
import type { Handlers } from "./handlers.ts";
import type { SqsHandler } from "./lambda-types.ts";
import type { ConsumeOptions } from "./options.ts";

export declare function consume<C extends AnyContract>(
  contract: C,
  handlers: Handlers<C>,
  options?: ConsumeOptions<C>,
): SqsHandler;
