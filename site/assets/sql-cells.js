// Values of an answer as text, the way `kb sql --format csv` prints them, which is the way Python prints them.

// Type numbers of Apache Arrow's Schema.fbs: https://github.com/apache/arrow/blob/main/format/Schema.fbs
const Type = {
  Dictionary: -1, Null: 1, Int: 2, Float: 3, Binary: 4, Utf8: 5, Bool: 6, Decimal: 7, Date: 8, Time: 9, Timestamp: 10,
  Interval: 11, List: 12, Struct: 13, FixedSizeList: 16, Map: 17,
};

const pad = (number, width = 2) => String(number).padStart(width, "0");

/** Return whether values of a type are set flush right. */
export function isNumber(type) {
  return [Type.Int, Type.Float, Type.Decimal].includes(type.typeId);
}

/** Return what of a type does not arrive whole from the engine, "an ENUM" or "an INTERVAL"; null where all does. */
export function lost(type) {
  if (type.typeId === Type.Dictionary) return "an ENUM";
  if (type.typeId === Type.Interval) return "an INTERVAL";
  return (type.children ?? []).map((field) => lost(field.type)).find(Boolean) ?? null;
}

/** Return a value as text; null stays null. */
export function cell(value, type) {
  if (value === null || value === undefined) return null;
  if (isList(type)) return items(value, type).map((item) => plain(item, type.children[0].type)).join(", ");
  return plain(value, type);
}

function isList(type) {
  return type.typeId === Type.List || type.typeId === Type.FixedSizeList;
}

function items(vector) {
  return Array.from({ length: vector.length }, (_, index) => vector.get(index));
}

/** As Python's str(). */
function plain(value, type) {
  if (value === null || value === undefined) return "None";
  switch (type.typeId) {
    case Type.Float: return float(value);
    case Type.Bool: return value ? "True" : "False";
    case Type.Decimal: return decimal(value, type.scale);
    case Type.Date: return day(Number(value));
    case Type.Time: return time(microseconds(value, type.unit));
    case Type.Timestamp: return moment(value) + (type.timezone ? "+00:00" : "");
    case Type.Binary: return Array.from(value, (byte) => pad(byte.toString(16))).join("");
    case Type.List:
    case Type.FixedSizeList: return `[${items(value).map((item) => quoted(item, type.children[0].type)).join(", ")}]`;
    case Type.Struct: return braced(type.children.map((field, index) => [quote(field.name), value[index] ?? value[field.name], field.type]));
    case Type.Map: return braced(mapEntries(value, type));
    default: return String(value);
  }
}

function mapEntries(value, type) {
  const [key, held] = type.children[0].type.children;
  return [...value].map(([name, item]) => [quoted(name, key.type), item, held.type]);
}

function braced(entries) {
  return `{${entries.map(([name, value, type]) => `${name}: ${quoted(value, type)}`).join(", ")}}`;
}

/** As Python's repr(): text inside something else stands in quotes. */
function quoted(value, type) {
  return typeof value === "string" ? quote(value) : plain(value, type);
}

function quote(text) {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const inner = text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll("\t", "\\t");
  return mark + inner.replaceAll(mark, `\\${mark}`) + mark;
}

/** The shortest digits that give the same number back: both languages agree on those, not on how to write them. */
function float(number) {
  if (Number.isNaN(number)) return "nan";
  if (!Number.isFinite(number)) return number > 0 ? "inf" : "-inf";
  if (Object.is(number, -0)) return "-0.0";
  const size = Math.abs(number);
  if (size !== 0 && (size >= 1e16 || size < 1e-4)) {
    const [digits, exponent] = number.toExponential().split("e");
    return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, "0")}`;
  }
  return Number.isInteger(number) ? `${number}.0` : String(number);
}

/** Arrow keeps a decimal as words of 32 bits of a whole number, the lowest first. */
function decimal(words, scale) {
  let whole = 0n;
  for (let index = words.length - 1; index >= 0; index -= 1) whole = (whole << 32n) | BigInt(words[index]);
  whole = BigInt.asIntN(words.length * 32, whole);
  const digits = pad(whole < 0n ? -whole : whole, scale + 1);
  const text = scale ? `${digits.slice(0, -scale)}.${digits.slice(-scale)}` : digits;
  return whole < 0n ? `-${text}` : text;
}

function day(milliseconds) {
  const date = new Date(milliseconds);
  return `${pad(date.getUTCFullYear(), 4)}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())}`;
}

function moment(milliseconds) {
  // Arrow gives a timestamp in milliseconds with a fraction, which holds microseconds for as long as dates matter.
  const all = BigInt(Math.round(Number(milliseconds) * 1000));
  const within = ((all % 86_400_000_000n) + 86_400_000_000n) % 86_400_000_000n;
  return `${day(Number((all - within) / 1000n))} ${time(within)}`;
}

function microseconds(value, unit) {
  // Units of time: seconds, milliseconds, microseconds, nanoseconds.
  const factors = [1_000_000n, 1000n, 1n];
  return unit === 3 ? BigInt(value) / 1000n : BigInt(value) * factors[unit];
}

function time(all) {
  const seconds = Number(all / 1_000_000n);
  const fraction = Number(all % 1_000_000n);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map((part) => pad(part)).join(":");
  return fraction ? `${clock}.${pad(fraction, 6)}` : clock;
}

/** Return names of columns, each of them once: one that was there before gets a number. */
export function eachOnce(names) {
  const taken = new Set();
  for (const column of names) {
    let [name, number] = [column, 1];
    while (taken.has(name)) [name, number] = [`${column}_${number}`, number + 1];
    taken.add(name);
  }
  return [...taken];
}

/** Return rows of texts as CSV; null is empty. */
export function csv(columns, rows) {
  const field = (text, alone) => (/[",\r\n]/.test(text) || (alone && text === "") ? `"${text.replaceAll('"', '""')}"` : text);
  return [columns, ...rows].map((row) => row.map((text) => field(text ?? "", row.length === 1)).join(",") + "\n").join("");
}
