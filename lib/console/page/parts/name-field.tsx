/** Where the name of a queue is typed, to confirm a write. */
export function NameField({
  name,
  typed,
  onTyped,
}: {
  readonly name: string;
  readonly typed: string;
  readonly onTyped: (typed: string) => void;
}) {
  return (
    <label class="field">
      Type <code>{name}</code> to confirm
      <input
        type="text"
        value={typed}
        autocomplete="off"
        onInput={({ currentTarget }) => onTyped(currentTarget.value)}
      />
    </label>
  );
}
