/** What a pure function returned, by its argument, for at most so many arguments: beyond, it forgets all and begins anew. */
export class Memo<Result extends object> {
  readonly #most: number;
  readonly #make: (argument: string) => Result;
  readonly #known = new Map<string, Result>();

  constructor(most: number, make: (argument: string) => Result) {
    this.#most = most;
    this.#make = make;
  }

  /** The function's result. What it throws is thrown each time. */
  of(argument: string): Result {
    const known = this.#known.get(argument);
    if (known !== undefined) {
      return known;
    }
    const result = this.#make(argument);
    if (this.#known.size >= this.#most) {
      this.#known.clear();
    }
    this.#known.set(argument, result);
    return result;
  }
}
