import { NAVIGATION } from "./navigation.ts";
import { linkTo } from "./state.ts";

/** Keys 1 to 7 open screens, unless the user writes something or a dialog is open. */
export function startKeys(): void {
  document.addEventListener("keydown", (event) => {
    const writes = event.target instanceof Element && event.target.closest("input, textarea, select, dialog") !== null;
    const chord = event.ctrlKey || event.metaKey || event.altKey;
    const found = NAVIGATION.find(({ key }) => key === event.key);
    if (found !== undefined && !writes && !chord) {
      location.hash = linkTo(found.name);
    }
  });
}
