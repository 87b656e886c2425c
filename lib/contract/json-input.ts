import type { StandardSchemaV1 } from "@standard-schema/spec";

/**
 * `unknown` if a schema's input is JSON; else a property that no schema has, whose name appears in the compiler's error. A schema
 * of `z.date()` or `z.bigint()` accepts what is published, but never what is received. Inputs of `unknown` and `any`, such as
 * those of `z.coerce`, are checked at run time.
 */
export type JsonInput<Schema extends StandardSchemaV1> = [Flaw<StandardSchemaV1.InferInput<Schema>>] extends [never]
  ? unknown
  : { readonly "the input of the schema cannot be sent as JSON": Flaw<StandardSchemaV1.InferInput<Schema>> };

/** Maximum depth of the check: types may refer to themselves. */
type Levels = [1, 1, 1, 1, 1, 1];

/** The places of a type that JSON cannot represent, as strings; `never` if there are none. */
type Flaw<Type, Path extends string = "data", Left extends readonly unknown[] = Levels> = unknown extends Type
  ? never
  : Type extends string | number | boolean | null | undefined
    ? never
    : Type extends bigint
      ? `${Path} is a bigint`
      : Type extends symbol
        ? `${Path} is a symbol`
        : Type extends Callable
          ? `${Path} is a function`
          : Type extends Instance
            ? `${Path} is an object of a class: send what it is made of`
            : Left extends readonly [unknown, ...infer Rest]
              ? Type extends readonly (infer Item)[]
                ? Flaw<Item, `${Path}[]`, Rest>
                : { [Key in keyof Type & (string | number)]: Flaw<Type[Key], `${Path}.${Key}`, Rest> }[keyof Type &
                    (string | number)]
              : never;

type Callable = (...args: never) => unknown;

/** Objects that JSON changes to something else. Not `Error`, whose type `{ name, message }` has too. */
type Instance =
  | Date
  | RegExp
  | Promise<unknown>
  | ReadonlyMap<unknown, unknown>
  | ReadonlySet<unknown>
  | WeakKeyed
  | ArrayBuffer
  | SharedArrayBuffer
  | ArrayBufferView;

type WeakKeyed = WeakMap<WeakKey, unknown> | WeakSet<WeakKey>;
