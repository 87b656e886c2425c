import { validation } from "../errors.ts";

/** A decimal number, exactly: 0.`digits` times ten to the power of `exponent`. Zero has no digits. */
export interface Decimal {
  readonly negative: boolean;
  /** Without zeros at either end. */
  readonly digits: string;
  readonly exponent: number;
}

/** Source: Developer Guide, "Supported data types and naming rules", section "Number". */
const MAX_DIGITS = 38;
const MAX_EXPONENT = 126;
const MIN_EXPONENT = -129;

const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;
/** Longer texts are no numbers of DynamoDB: they are refused before anything is computed. */
const MAX_CHARACTERS = 512;

/** @throws AwsError `ValidationException` for what is no number, or none that DynamoDB stores */
export function parseDecimal(text: string): Decimal {
  const [, sign, whole = "", fraction = "", power = "0"] =
    (text.length <= MAX_CHARACTERS ? NUMBER.exec(text) : null) ?? [];
  if (whole + fraction === "") {
    throw validation(
      `The parameter cannot be converted to a numeric value${text === "" ? "" : `: ${text.slice(0, MAX_CHARACTERS)}`}`,
    );
  }
  return checked(normalised(sign === "-", whole + fraction, whole.length + Number(power)));
}

/** The text in which DynamoDB returns a number: no exponent, no needless zeros. */
export function formatDecimal({ negative, digits, exponent }: Decimal): string {
  if (digits === "") {
    return "0";
  }
  const sign = negative ? "-" : "";
  if (exponent <= 0) {
    return `${sign}0.${"0".repeat(-exponent)}${digits}`;
  }
  return exponent >= digits.length
    ? `${sign}${digits}${"0".repeat(exponent - digits.length)}`
    : `${sign}${digits.slice(0, exponent)}.${digits.slice(exponent)}`;
}

/** @throws AwsError `ValidationException` for a sum that DynamoDB does not store */
export function addDecimals(left: Decimal, right: Decimal): Decimal {
  const scale = Math.max(fractionDigits(left), fractionDigits(right));
  const sum = scaled(left, scale) + scaled(right, scale);
  const digits = (sum < 0n ? -sum : sum).toString();
  return checked(normalised(sum < 0n, digits, digits.length - scale));
}

export function negated(decimal: Decimal): Decimal {
  return { ...decimal, negative: !decimal.negative && decimal.digits !== "" };
}

/** A text for each number: texts compare as strings as the numbers do. */
export function sortableDecimal({ negative, digits, exponent }: Decimal): string {
  if (digits === "") {
    return "1";
  }
  const magnitude = `${String(exponent + 500).padStart(3, "0")}${digits}`;
  // The complement turns the order around; what ends first is larger then, so an end larger than any digit follows.
  return negative ? `0${magnitude.replace(/\d/g, (digit) => String(9 - Number(digit)))}~` : `2${magnitude}`;
}

function fractionDigits({ digits, exponent }: Decimal): number {
  return Math.max(0, digits.length - exponent);
}

function scaled({ negative, digits, exponent }: Decimal, scale: number): bigint {
  const magnitude = BigInt(digits === "" ? "0" : digits + "0".repeat(exponent - digits.length + scale));
  return negative ? -magnitude : magnitude;
}

function normalised(negative: boolean, digits: string, exponent: number): Decimal {
  const withoutLeading = digits.replace(/^0+/, "");
  const significant = withoutLeading.replace(/0+$/, "");
  return significant === ""
    ? { negative: false, digits: "", exponent: 0 }
    : { negative, digits: significant, exponent: exponent - (digits.length - withoutLeading.length) };
}

function checked(decimal: Decimal): Decimal {
  if (decimal.digits === "") {
    return decimal;
  }
  if (decimal.exponent > MAX_EXPONENT) {
    throw validation("Number overflow. Attempting to store a number with magnitude larger than supported range");
  }
  if (decimal.exponent < MIN_EXPONENT) {
    throw validation("Number underflow. Attempting to store a number with magnitude smaller than supported range");
  }
  if (decimal.digits.length > MAX_DIGITS) {
    throw validation(`Attempting to store more than ${MAX_DIGITS} significant digits in a Number`);
  }
  return decimal;
}
