import { type Path, showPath } from "./ast.ts";
import type { ExpressionReader } from "./reader.ts";

/**
 * Refuses paths of which one leads to the other or through it, and paths that take one place for a map and for a list.
 *
 * @throws AwsError `ValidationException`
 */
export function checkOverlaps(reader: Pick<ExpressionReader, "invalid">, paths: readonly Path[]): void {
  for (const [index, one] of paths.entries()) {
    for (const two of paths.slice(index + 1)) {
      const length = Math.min(one.length, two.length);
      const at = one.findIndex((part, position) => position < length && part !== two[position]);
      const shown = `path one: ${showPath(one)}, path two: ${showPath(two)}`;
      if (at < 0 || at >= length) {
        throw reader.invalid(
          `Two document paths overlap with each other; must remove or rewrite one of these paths; ${shown}`,
        );
      }
      if (typeof one[at] !== typeof two[at]) {
        throw reader.invalid(
          `Two document paths conflict with each other; must remove or rewrite one of these paths; ${shown}`,
        );
      }
    }
  }
}
