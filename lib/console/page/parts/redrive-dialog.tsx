import { useState } from "preact/hooks";
import type { PlanView } from "../../wire/index.ts";
import { post } from "../api.ts";
import { durationText, plural } from "../format.ts";
import { about, linkTo } from "../state.ts";
import { Command } from "./command.tsx";
import { Dialog } from "./dialog.tsx";
import { messageOf, Shown, useLoad } from "./load.tsx";
import { NameField } from "./name-field.tsx";
import { ReadsOnly } from "./reads-only.tsx";

/** Asks before a redrive or an archive: the plan first, then the queue's name, typed. */
export function RedriveDialog({
  verb,
  queue,
  queueName,
  fingerprint,
  onClose,
}: {
  readonly verb: "redrive" | "archive";
  readonly queue: string;
  readonly queueName: string;
  /** Only this group. */
  readonly fingerprint?: string | undefined;
  readonly onClose: () => void;
}) {
  const [typed, setTyped] = useState("");
  const [error, setError] = useState<string | undefined>(undefined);
  const [chosen, setCanary] = useState<boolean | undefined>(undefined);
  const request = { queue, ...(fingerprint === undefined ? { all: true } : { fingerprint }) };
  const plan = useLoad(JSON.stringify(request), () => post<PlanView>("/api/check/plan", request));
  const title = verb === "redrive" ? "Redrive" : "Archive";
  const start = async (expected: number, canary: boolean) => {
    try {
      await post(`/api/${verb}`, { ...request, canary, expectCount: expected, confirm: typed });
      location.hash = linkTo("jobs");
    } catch (reason) {
      setError(messageOf(reason));
    }
  };
  return (
    <Dialog title={`${title} dead letters of ${queueName}`} onClose={onClose}>
      <p>
        {verb === "redrive"
          ? "Messages are sent to the queue that they came from, then deleted here. Nothing is lost if it stops."
          : "Messages are stored in a file on this machine, then deleted here. They can be restored."}
      </p>
      <Shown of={plan}>
        {(view) => (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              void start(view.count, chosen ?? view.canary);
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
            {verb === "redrive" && (
              <label>
                <input
                  type="checkbox"
                  checked={chosen ?? view.canary}
                  onInput={({ currentTarget }) => setCanary(currentTarget.checked)}
                />{" "}
                In steps: one, then ten, then the rest. It stops when they come back.
              </label>
            )}
            <Command text={commandOf(view, verb, chosen ?? view.canary)} />
            <NameField name={queueName} typed={typed} onTyped={setTyped} />
            {error !== undefined && (
              <p class="notice critical" role="alert">
                {error}
              </p>
            )}
            <div class="actions">
              <button
                type="submit"
                class="primary"
                disabled={typed !== queueName || about.value?.write !== true || view.count === 0}
              >
                {title} {plural(view.count, "message")}
              </button>
              <ReadsOnly />
            </div>
          </form>
        )}
      </Shown>
    </Dialog>
  );
}

function commandOf({ command }: PlanView, verb: "redrive" | "archive", canary: boolean): string {
  return verb === "archive" ? command.replace("dlq redrive", "dlq archive") : `${command}${canary ? " --canary" : ""}`;
}
