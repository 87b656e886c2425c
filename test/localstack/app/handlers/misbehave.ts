import { PermanentError } from "fanfare";
import { isSwitchedOn } from "./effects.ts";

/** Fails as the event asks for. */
export async function misbehave(
  note: { readonly behaviour: string; readonly subject: string },
  attempt: number,
): Promise<void> {
  if (note.behaviour === "permanent") {
    throw new PermanentError("the event asks for a permanent failure");
  }
  if (note.behaviour === "fail twice" && attempt <= 2) {
    throw new Error(`the event asks for a failure of attempt ${attempt}`);
  }
  if (note.behaviour === "switch" && (await isSwitchedOn(note.subject))) {
    throw new Error("the switch is on");
  }
}
