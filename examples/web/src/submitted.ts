import type { FormEvent } from "react";

/** A form's handler that keeps what was typed: somebody whose request failed does not fill it in again. */
export function submitted(run: (form: FormData) => Promise<void>) {
  return (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    void run(new FormData(event.currentTarget));
  };
}
