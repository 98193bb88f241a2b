import type { InputHTMLAttributes } from "react";

/** A field with its label above it. */
export function Field({
  label,
  hint,
  ...input
}: { label: string; hint?: string } & InputHTMLAttributes<HTMLInputElement>) {
  const hintId = hint === undefined ? undefined : `${input.name}-hint`;
  return (
    <label className="field">
      <span>{label}</span>
      <input aria-describedby={hintId} {...input} />
      {hint !== undefined && <small id={hintId}>{hint}</small>}
    </label>
  );
}
