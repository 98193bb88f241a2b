import type { Node } from "oxc-parser";
import type { Alternative } from "../value.ts";

/** Class that a translated tree marks an expression with: `final Api api;` makes `api` an Api, whoever gives it. */
export function declaredClass(node: Node): string | null {
  const name = (node as { declaredClass?: { name: string } }).declaredClass;
  return name?.name ?? null;
}

/** Values of what is declared to be of a class of the tree; those that are known already stay as they are. */
export function declaredAs(
  values: readonly Alternative[],
  classes: () => readonly Alternative[],
): readonly Alternative[] {
  const known = ({ value }: Alternative): boolean =>
    value.kind === "instance" || value.kind === "call" || value.kind === "class" || value.kind === "object";
  if (values.length > 0 && values.every(known)) return values;
  const made = classes().flatMap((alternative): Alternative[] => {
    const { value } = alternative;
    if (value.kind !== "class") return [];
    const { node, scene } = value;
    return [{ ...alternative, value: { kind: "instance", node, scene, args: null, open: true } }];
  });
  return made.length === 0 ? values : made;
}
