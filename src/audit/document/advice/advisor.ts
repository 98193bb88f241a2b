import type { Advice, CallRow, FunctionRow } from "../../../model/document.ts";
import type { View } from "../../view.ts";

/** What advice is given from. It is never a finding: nothing here is wrong. */
export interface Ground {
  readonly view: View;
  readonly functions: readonly FunctionRow[];
  readonly calls: readonly CallRow[];
}

/** What an advisor says, and what it could say nothing on. */
export interface Said {
  readonly advice: readonly Advice[];
  readonly noAdvice: readonly string[];
}

export type Advisor = (ground: Ground) => Said;
