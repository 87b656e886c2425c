import type { Json } from "../../std/index.ts";

/** What intrinsic functions are resolved against. Each method throws a {@link LocalError} for what it does not know. */
export interface Scope {
  /** Value of a pseudo parameter, a parameter or a resource. Undefined for `AWS::NoValue`. */
  ref(name: string): Json | undefined;
  getAtt(logicalId: string, attribute: string): Json;
  findInMap(map: string, topLevelKey: string, secondLevelKey: string): Json | undefined;
  condition(name: string): boolean;
  importValue(name: string): Json;
  /** An output of another stack of the assembly, by the stack's name. */
  stackOutput(stackName: string, outputName: string): Json;
  /** Notes that a macro makes a value, which is absent here. */
  noteMacro(name: string): void;
  readonly region: string;
}
