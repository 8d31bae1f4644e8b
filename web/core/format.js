// Numbers as people read them.

const LOCALE = "en";
const GROUPED = new Intl.NumberFormat(LOCALE);
const PERCENT = new Intl.NumberFormat(LOCALE, {
  style: "percent",
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});

export const NONE = "–";

export function count(value) {
  return isNumber(value) ? GROUPED.format(value) : NONE;
}

export function percent(value) {
  return isNumber(value) ? PERCENT.format(value) : NONE;
}

// Four significant digits; powers of ten where zeros would hide them.
export function figure(value) {
  if (!isNumber(value)) return NONE;
  if (value === 0 || (Number.isInteger(value) && Math.abs(value) < 1e6))
    return GROUPED.format(value);
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e6) return value.toExponential(2);
  return value.toLocaleString(LOCALE, { maximumSignificantDigits: 4 });
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

export function bytes(value) {
  if (!isNumber(value)) return NONE;
  let unit = 0;
  let size = value;
  while (size >= 1024 && unit < UNITS.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${unit ? size.toFixed(1) : size} ${UNITS[unit]}`;
}

export function duration(seconds) {
  if (!isNumber(seconds)) return NONE;
  if (seconds < 60)
    return `${seconds < 10 ? Math.max(0, seconds).toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48
    ? `${hours} h ${minutes % 60} min`
    : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

export function isNumber(value) {
  return typeof value === "number" && Number.isFinite(value);
}

// A setting or a measure of any kind, in one line.
export function plain(value) {
  if (value === null || value === undefined) return NONE;
  if (typeof value === "number") return isNumber(value) ? String(value) : NONE;
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "string" ? value : JSON.stringify(value);
}

export function words(name) {
  const text = name.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

// A measure by its name, such as "h0.mean_lifetime".
export function measureText(name) {
  const [group, key] = name.split(".");
  const text = key.replaceAll("_", " ");
  return group === "geometry" ? text : `${group.toUpperCase()} ${text}`;
}

// Both ends of an interval; nothing where one value alone has none.
export function rangeText(interval) {
  const known = interval && interval.low !== null;
  return known ? `${figure(interval.low)} to ${figure(interval.high)}` : NONE;
}

const TINY = 0.001;

// A tiny p is told by its bound alone, as the service's sentences about an analysis tell it.
export function pValue(p) {
  if (!isNumber(p)) return NONE;
  return p < TINY ? `< ${TINY}` : p.toFixed(3);
}
