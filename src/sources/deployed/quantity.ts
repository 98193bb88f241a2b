const unitBytes: Readonly<Record<string, number>> = {
  "": 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};
const quantity = /^(\d+(?:\.\d*)?)(Ki|Mi|Gi|Ti|m|k|M|G|T|)$/;

/** Kubernetes memory quantity in MiB: "256Mi" is 256, "256M" (decimal) is 244.140625. Null for anything else. */
export function mebibytesOf(text: string | null): number | null {
  const bytes = numberOf(text);
  return bytes === null ? null : bytes / 2 ** 20;
}

/** Kubernetes CPU quantity in vCPU: "0.1666", "2", "1000m" (which is 1). Null for anything else. */
export function vcpuOf(text: string | null): number | null {
  return numberOf(text);
}

/** Duration as protobuf writes it in JSON: "60s", "3.5s". Null for anything else. */
export function secondsOf(text: string | null): number | null {
  const match = /^(\d+(?:\.\d+)?)s$/.exec(text ?? "");
  return match === null ? null : Number(match[1]);
}

/** The quantities of a fleet are few and come again and again. */
const known = new Map<string, number | null>();

function numberOf(text: string | null): number | null {
  if (text === null) return null;
  const before = known.get(text);
  if (before !== undefined) return before;
  const value = parsed(text);
  if (known.size < 1000) known.set(text, value);
  return value;
}

function parsed(text: string): number | null {
  const match = quantity.exec(text.trim());
  const unit = match === null ? undefined : unitBytes[match[2] ?? ""];
  return match === null || unit === undefined ? null : Number(match[1]) * unit;
}
