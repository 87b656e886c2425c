import { statSync } from "node:fs";
import { dirname, join } from "node:path";

/** What is mutated by one run of Stryker, and the tests that are to notice. */
export interface Target {
  /** The one of {@link FOLDERS} that it is in. */
  readonly folder: string;
  /** A glob of the sources. */
  readonly mutate: string;
  /** Globs of the tests. */
  readonly tests: readonly string[];
  /** Whether these are only those of the room and those of no room: the score is then at least what all tests would make it. */
  readonly isNear: boolean;
  /** Whether mutants of code that only runs while a module is loaded are left out: each needs all tests of the folder. */
  readonly ignoreStatic: boolean;
}

/**
 * Folders that are mutated, each with the folders of its unit tests. What observers are told, and what a breaker does to a consumer, is
 * tested in folders of their own.
 */
const TESTS: Readonly<Record<string, readonly string[]>> = {
  "lib/wire": ["test/unit/wire"],
  "lib/idempotency": ["test/unit/idempotency"],
  "lib/publish": ["test/unit/publish", "test/unit/hook"],
  "lib/consume": ["test/unit/consume", "test/unit/hook", "test/unit/circuit"],
};

export const FOLDERS: readonly string[] = Object.keys(TESTS);

/** So many tests that a static mutant takes half a minute. */
const WITHOUT_STATIC = ["lib/consume"];

/**
 * The targets of the arguments: folders or files inside {@link FOLDERS}; all folders where there is no argument.
 *
 * @param isNear whether only the tests of the room are to notice, such as those in `test/unit/consume/settle`, and those of no room, which are in
 *   `test/unit/consume` itself
 */
export function targetsOf(root: string, given: readonly string[], isNear: boolean): Target[] {
  const paths = given.length === 0 ? FOLDERS : given.map((path) => path.replace(/^\.\/|\/$/g, ""));
  return paths.map((path) => {
    const folder = FOLDERS.find((each) => path === each || path.startsWith(`${each}/`));
    const kind = statSync(join(root, path), { throwIfNoEntry: false });
    if (folder === undefined || kind === undefined) {
      throw new Error(`${path} is no file or folder in ${FOLDERS.join(", ")}.`);
    }
    const room = kind.isDirectory() ? path : dirname(path);
    return {
      folder,
      mutate: kind.isDirectory() ? `${path}/**/*.ts` : path,
      tests: isNear ? nearTests(room) : (TESTS[folder] ?? []).map((tests) => `${tests}/**/*.test.ts`),
      isNear,
      ignoreStatic: WITHOUT_STATIC.includes(folder) && !isNear,
    };
  });
}

function nearTests(room: string): readonly string[] {
  const tests = room.replace(/^lib\//, "test/unit/");
  return [`${tests}/**/*.test.ts`, `${dirname(tests)}/*.test.ts`];
}
