import { useState } from "preact/hooks";
import type { PlanView } from "../../wire/index.ts";
import { post } from "../api.ts";
import { durationText, plural } from "../format.ts";
import { about, linkTo } from "../state.ts";
import { Command } from "./command.tsx";
import { Dialog } from "./dialog.tsx";
import { messageOf, Shown, useLoad } from "./load.tsx";

export type WriteAction = "redrive" | "archive" | "purge";

const VERBS: Readonly<Record<WriteAction, string>> = { redrive: "Redrive", archive: "Archive", purge: "Purge" };

const EXPLAINED: Readonly<Record<WriteAction, string>> = {
  redrive: "Messages are sent to the queue that they came from, then deleted here.",
  archive: "Messages are written to a file, then deleted here. The file can be restored.",
  purge: "Messages are exported to a file, then deleted.",
};

/** Asks before something is written: the plan first, then the queue's name, typed. */
export function WriteDialog({
  action,
  queue,
  queueName,
  fingerprint,
  onClose,
}: {
  readonly action: WriteAction;
  readonly queue: string;
  readonly queueName: string;
  /** Only this group. */
  readonly fingerprint?: string | undefined;
  readonly onClose: () => void;
}) {
  const [canary, setCanary] = useState(true);
  const [typed, setTyped] = useState("");
  const [error, setError] = useState<string | undefined>(undefined);
  const request = { action, queue, fingerprint, canary: action === "redrive" && canary };
  const plan = useLoad(JSON.stringify(request), () => post<PlanView>("/api/check/plan", request));
  const start = async (expected: number) => {
    try {
      await post("/api/jobs", { ...request, expectCount: expected, confirm: typed });
      location.hash = linkTo("jobs");
    } catch (reason) {
      setError(messageOf(reason));
    }
  };
  return (
    <Dialog title={`${VERBS[action]} dead letters of ${queueName}`} onClose={onClose}>
      <p>{EXPLAINED[action]}</p>
      <Shown of={plan}>
        {(view) => (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              void start(view.count);
            }}
          >
            <p>
              <b>{plural(view.count, "dead letter")}</b>
              {view.groups > 0 ? ` in ${plural(view.groups, "group")}` : ""}
              {view.durationSeconds > 0 ? `, about ${durationText(view.durationSeconds)}` : ""}
            </p>
            {view.warnings.length > 0 && (
              <ul class="notice warning">
                {view.warnings.map((warning) => (
                  <li key={warning}>{warning}</li>
                ))}
              </ul>
            )}
            {action === "redrive" && (
              <label class="check">
                <input
                  type="checkbox"
                  checked={canary}
                  onChange={({ currentTarget }) => setCanary(currentTarget.checked)}
                />
                Canary: 1 message, then 10, then the rest. It stops if more than 20 % are dead-lettered again.
              </label>
            )}
            <Command text={view.command} />
            <label class="field">
              Type <code>{queueName}</code> to confirm
              <input
                type="text"
                value={typed}
                autocomplete="off"
                onInput={({ currentTarget }) => setTyped(currentTarget.value)}
              />
            </label>
            {error !== undefined && (
              <p class="notice critical" role="alert">
                {error}
              </p>
            )}
            <div class="actions">
              <button
                type="submit"
                class={action === "purge" ? "danger" : "primary"}
                disabled={typed !== queueName || about.value?.write !== true || view.count === 0}
              >
                {VERBS[action]} {plural(view.count, "message")}
              </button>
              {about.value?.write !== true && (
                <span class="faint">This console only reads: start it with --write.</span>
              )}
            </div>
          </form>
        )}
      </Shown>
    </Dialog>
  );
}
