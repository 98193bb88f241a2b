import type { Choices } from "./choices.ts";

/** What a variable of a program holds: text, a list of texts, an object of texts, a function of texts, and so on. */
export type Kind = "text" | "maybe" | "list" | "object" | "function" | "map" | "class" | "enum" | "nested";

export interface Variable {
  readonly name: string;
  readonly kind: Kind;
  /** It may be assigned, or written to. */
  readonly open: boolean;
}

/** Names in scope, innermost block last. */
export class Names {
  readonly #blocks: Variable[][] = [[]];
  #count = 0;

  fresh(stem: string): string {
    return `${stem}${this.#count++}`;
  }

  declare(name: string, kind: Kind, open = false): string {
    this.#blocks.at(-1)?.push({ name, kind, open });
    return name;
  }

  inside<T>(body: () => T): T {
    this.#blocks.push([]);
    try {
      return body();
    } finally {
      this.#blocks.pop();
    }
  }

  all(kind: Kind, open = false): Variable[] {
    const seen = new Set<string>();
    const found: Variable[] = [];
    for (const block of [...this.#blocks].reverse()) {
      for (const variable of [...block].reverse()) {
        if (seen.has(variable.name)) continue;
        seen.add(variable.name);
        if (variable.kind === kind && (variable.open || !open)) found.push(variable);
      }
    }
    return found;
  }

  any(choices: Choices, kind: Kind, open = false): Variable | null {
    const found = this.all(kind, open);
    return found.length === 0 ? null : choices.of(found);
  }
}
