import type { Issue } from "../../wire/index.ts";

type Schema = Readonly<Record<string, unknown>>;

interface FieldProps {
  readonly schema: Schema;
  readonly value: unknown;
  readonly onValue: (value: unknown) => void;
  readonly issues: readonly Issue[];
  readonly path?: string;
  readonly name?: string;
  readonly required?: boolean;
}

/** The form of a JSON Schema: objects, arrays, choices, numbers, switches and strings. What it does not know is edited as JSON. */
export function SchemaForm(props: FieldProps) {
  const { schema, value, onValue, issues, path = "", name = "", required = true } = props;
  const problem = issues.find((issue) => issue.path === path)?.message;
  const label = `${name}${required || name === "" ? "" : " (optional)"}`;
  if (isObject(schema.properties)) {
    return <ObjectFields {...props} properties={schema.properties} />;
  }
  if (schema.type === "array" && isObject(schema.items)) {
    return <ArrayFields {...props} items={schema.items} />;
  }
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the component inside.
    <label class="field">
      {label}
      <Input schema={schema} value={value} onValue={onValue} invalid={problem !== undefined} />
      {problem !== undefined && <span class="critical">{problem}</span>}
    </label>
  );
}

function ObjectFields({ properties, ...props }: FieldProps & { readonly properties: Schema }) {
  const { schema, value, onValue, issues, path = "", name = "" } = props;
  const current = isObject(value) ? value : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  const fields = Object.entries(properties).map(([key, child]) => (
    <SchemaForm
      key={key}
      name={key}
      path={path === "" ? key : `${path}.${key}`}
      schema={isObject(child) ? child : {}}
      value={current[key]}
      required={required.includes(key)}
      issues={issues}
      onValue={(next) => onValue(withKey(current, key, next))}
    />
  ));
  return name === "" ? (
    <div class="fields">{fields}</div>
  ) : (
    <fieldset>
      <legend>{name}</legend>
      {fields}
    </fieldset>
  );
}

function ArrayFields({ items, ...props }: FieldProps & { readonly items: Schema }) {
  const { value, onValue, issues, path = "", name = "" } = props;
  const current: readonly unknown[] = Array.isArray(value) ? value : [];
  return (
    <fieldset>
      <legend>{name}</legend>
      {current.map((item, index) => (
        <div class="item" key={index}>
          <SchemaForm
            name={`${index + 1}`}
            path={`${path}[${index}]`}
            schema={items}
            value={item}
            issues={issues}
            onValue={(next) => onValue(current.map((each, at) => (at === index ? next : each)))}
          />
          <button type="button" class="quiet" onClick={() => onValue(current.filter((_, at) => at !== index))}>
            Remove {name} {index + 1}
          </button>
        </div>
      ))}
      <button type="button" class="quiet" onClick={() => onValue([...current, emptyOf(items)])}>
        Add to {name}
      </button>
    </fieldset>
  );
}

function Input({
  schema,
  value,
  onValue,
  invalid,
}: {
  readonly schema: Schema;
  readonly value: unknown;
  readonly onValue: (value: unknown) => void;
  readonly invalid: boolean;
}) {
  if (Array.isArray(schema.enum)) {
    const choices: readonly unknown[] = schema.enum;
    return (
      <select
        value={String(value ?? "")}
        aria-invalid={invalid}
        onChange={({ currentTarget }) => onValue(choices.find((each) => String(each) === currentTarget.value))}
      >
        {choices.map((each) => (
          <option key={String(each)}>{String(each)}</option>
        ))}
      </select>
    );
  }
  switch (schema.type) {
    case "boolean":
      return (
        <input
          type="checkbox"
          checked={value === true}
          onChange={({ currentTarget }) => onValue(currentTarget.checked)}
        />
      );
    case "number":
    case "integer":
      return (
        <input
          type="number"
          step="any"
          value={typeof value === "number" ? value : ""}
          aria-invalid={invalid}
          onInput={({ currentTarget }) => onValue(currentTarget.value === "" ? undefined : currentTarget.valueAsNumber)}
        />
      );
    case "string":
      return (
        <input
          type="text"
          value={typeof value === "string" ? value : ""}
          aria-invalid={invalid}
          onInput={({ currentTarget }) => onValue(currentTarget.value)}
        />
      );
    default:
      return (
        <textarea
          rows={4}
          defaultValue={value === undefined ? "" : JSON.stringify(value, undefined, 2)}
          aria-invalid={invalid}
          onChange={({ currentTarget }) => onValue(jsonOr(currentTarget.value))}
        />
      );
  }
}

/** JSON where it is, else the text itself: the check says what is wrong. */
function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text === "" ? undefined : text;
  }
}

/** Without the key where there is no value, so that optional fields can be left out. */
function withKey(object: Schema, key: string, value: unknown): Schema {
  const { [key]: _before, ...rest } = object;
  return value === undefined ? rest : { ...object, [key]: value };
}

function emptyOf(schema: Schema): unknown {
  switch (schema.type) {
    case "object":
      return isObject(schema.properties)
        ? Object.fromEntries(
            Object.entries(schema.properties).map(([key, child]) => [key, emptyOf(isObject(child) ? child : {})]),
          )
        : {};
    case "array":
      return [];
    case "boolean":
      return false;
    case "number":
    case "integer":
      return 0;
    default:
      return Array.isArray(schema.enum) ? schema.enum[0] : "";
  }
}

function isObject(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
