import type { LettersView } from "../../wire/index.ts";
import { get } from "../api.ts";
import { bytesText, countText, timeText } from "../format.ts";
import { Shown, useLoad } from "../parts/load.tsx";
import { VirtualList } from "../parts/virtual-list.tsx";
import { linkTo } from "../state.ts";

/** The dead letters of one group, without their bodies. */
export function LettersScreen({ queue, fingerprint }: { readonly queue: string; readonly fingerprint: string }) {
  const query = new URLSearchParams({ queue, fingerprint });
  const loaded = useLoad(`letters ${query}`, () => get<LettersView>(`/api/letters?${query}`));
  return (
    <>
      <div class="title">
        <h1>Dead letters</h1>
        <a href={linkTo("failures", queue)}>All groups</a>
      </div>
      <Shown of={loaded}>
        {({ letters, seen, about }) => (
          <>
            <p class="faint">
              {countText(letters.length)} of this group; {countText(seen)} seen of about {countText(about)} in the queue
            </p>
            <VirtualList
              rows={letters}
              rowRem={4.5}
              label="Dead letters"
              render={(letter) => (
                <a class="row" href={linkTo("letter", queue, letter.id)}>
                  <strong>{letter.type ?? "not an event"}</strong>
                  <span class="faint">
                    {letter.eventId ?? letter.id}
                    {letter.group === undefined ? "" : `, group ${letter.group}`}
                  </span>
                  <span class="faint">
                    {timeText(letter.at)}, {bytesText(letter.bytes)}
                    {letter.redrives > 0 ? `, redriven ${letter.redrives} times` : ""}
                  </span>
                </a>
              )}
            />
          </>
        )}
      </Shown>
    </>
  );
}
