import { about } from "../state.ts";

/** Why a button is disabled, where the console only reads. */
export function ReadsOnly() {
  return about.value?.write === true ? null : (
    <span class="faint">This console only reads: start it with --write.</span>
  );
}
