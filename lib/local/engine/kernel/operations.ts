import type { AwsError } from "./aws-error.ts";
import type { CallContext } from "./environment.ts";

/** The part of an SDK command that its input and output can be read from. */
interface Command<Input, Output> {
  readonly input: Input;
  resolveMiddleware(...parameters: never): (...parameters: never) => Promise<{ output: Output }>;
}

type OperationOf<CommandClass> = CommandClass extends abstract new (
  ...parameters: never
) => Command<infer Input, infer Output>
  ? { input: Input; output: Omit<Output, "$metadata"> }
  : never;

/** The operations of a service by name, with the input and output of the SDK. `Sdk` is the type of the client's module. */
export type Operations<Sdk> = {
  [Name in keyof Sdk as Name extends `${infer Operation}Command` ? Operation : never]: OperationOf<Sdk[Name]>;
};

/** Input and output of one operation. */
interface Operation {
  input: unknown;
  output: unknown;
}

/** Performs one operation on a service's state. Throws `AwsError` as the service does. */
export type Handler<State, O extends Operation> = (
  state: State,
  context: CallContext,
  input: O["input"],
) => O["output"];

/** The operations that the engine supports of a service, each with the function that performs it. */
export class Dispatcher<State, All extends Record<Name, Operation>, Name extends string> {
  /** In alphabetical order. */
  readonly names: readonly Name[];
  readonly #handlers: { readonly [N in Name]: Handler<State, All[N]> };
  readonly #unsupported: (names: readonly Name[], given: string) => AwsError;

  /** @param unsupported makes the error for an operation that is not supported */
  constructor(
    handlers: { readonly [N in Name]: Handler<State, All[N]> },
    unsupported: (names: readonly Name[], given: string) => AwsError,
  ) {
    this.#handlers = handlers;
    this.#unsupported = unsupported;
    this.names = Object.keys(handlers)
      .filter((name) => this.#supports(name))
      .sort();
  }

  /** @throws AwsError as the service does, also for an operation that is not supported */
  call<N extends Name>(state: State, context: CallContext, name: N, input: All[N]["input"]): All[N]["output"] {
    if (!this.#supports(name)) {
      throw this.#unsupported(this.names, name);
    }
    return this.#handlers[name](state, context, input);
  }

  #supports(name: string): name is Name {
    return Object.hasOwn(this.#handlers, name);
  }
}
