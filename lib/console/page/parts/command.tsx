import { useState } from "preact/hooks";

/** The command that does the same as the button beside it. */
export function Command({ text }: { readonly text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <div class="command">
      <code>{text}</code>
      <button type="button" class="quiet" onClick={copy} onBlur={() => setCopied(false)}>
        {copied ? "Copied" : "Copy"}
      </button>
    </div>
  );
}
