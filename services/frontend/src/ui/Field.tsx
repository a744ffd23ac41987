import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, useId } from "react";

interface Frame {
  label: string;
  hint?: ReactNode;
  errors?: string[];
}

function Labelled({ id, label, hint, errors, children }: Frame & { id: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="mb-1 block text-13 font-medium text-ink-2">
        {label}
      </label>
      {children}
      {errors?.map((error) => (
        <p key={error} className="mt-1 text-13 text-danger">
          {error}
        </p>
      ))}
      {hint && !errors?.length && <p className="mt-1 text-12 text-ink-3">{hint}</p>}
    </div>
  );
}

export function TextField({ label, hint, errors, ...rest }: Frame & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <Labelled id={id} label={label} hint={hint} errors={errors}>
      <input id={id} aria-invalid={errors?.length ? true : undefined} className="field" {...rest} />
    </Labelled>
  );
}

export function SelectField({
  label,
  hint,
  errors,
  children,
  ...rest
}: Frame & SelectHTMLAttributes<HTMLSelectElement>) {
  const id = useId();
  return (
    <Labelled id={id} label={label} hint={hint} errors={errors}>
      <select id={id} className="field" {...rest}>
        {children}
      </select>
    </Labelled>
  );
}

export function CheckField({
  label,
  hint,
  ...rest
}: { label: ReactNode; hint?: ReactNode } & InputHTMLAttributes<HTMLInputElement>) {
  return (
    <label className="flex min-h-9 items-start gap-2.5 py-1.5 pointer-coarse:min-h-10">
      <input type="checkbox" className="mt-1 size-4 shrink-0 accent-(--accent)" {...rest} />
      <span>
        {label}
        {hint && <span className="block text-12 text-ink-3">{hint}</span>}
      </span>
    </label>
  );
}
