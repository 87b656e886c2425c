import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

/** Rows above and below the window that are drawn too, so that scrolling shows no gap. */
const MARGIN_ROWS = 6;

/**
 * A list of any length: only the rows in the window are in the page. Rows have one height, in pixels of the root's font size, so that
 * zoomed text fits.
 */
export function VirtualList<T>({
  rows,
  rowRem,
  label,
  render,
}: {
  readonly rows: readonly T[];
  /** Height of a row in rem. */
  readonly rowRem: number;
  readonly label: string;
  readonly render: (row: T, index: number) => ComponentChildren;
}) {
  const box = useRef<HTMLElement>(null);
  const [window, setWindow] = useState({ top: 0, height: 600 });
  const rowHeight = rowRem * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  const measure = () => {
    const { current } = box;
    if (current !== null) {
      setWindow({ top: current.scrollTop, height: current.clientHeight });
    }
  };
  useEffect(measure, [rows.length]);
  const first = Math.max(0, Math.floor(window.top / rowHeight) - MARGIN_ROWS);
  const last = Math.min(rows.length, Math.ceil((window.top + window.height) / rowHeight) + MARGIN_ROWS);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
    <section class="virtual" ref={box} onScroll={measure} tabIndex={0} aria-label={label}>
      <ul style={{ height: `${rows.length * rowHeight}px` }}>
        {rows.slice(first, last).map((row, index) => (
          <li
            key={first + index}
            style={{ top: `${(first + index) * rowHeight}px`, height: `${rowHeight}px` }}
            aria-setsize={rows.length}
            aria-posinset={first + index + 1}
          >
            {render(row, first + index)}
          </li>
        ))}
      </ul>
    </section>
  );
}
